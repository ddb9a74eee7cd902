/*
 * blame.h - tells the cause from the effects when a trial went wrong
 */
#ifndef IPCKIT_BLAME_H
#define IPCKIT_BLAME_H

#include "trial.h"

/* Both ends are reaped and something went wrong: fills in the cell, unless it says so already (a hang). */
void blame(struct trial *t);

#endif

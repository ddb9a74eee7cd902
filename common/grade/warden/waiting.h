/*
 * waiting.h - experiments with an end that has to wait: how it sleeps, and what a signal does to it
 */
#ifndef IPCKIT_WARDEN_WAITING_H
#define IPCKIT_WARDEN_WAITING_H

#include "bout.h"

void waiting_receiver(struct bout *b);
void waiting_signals(struct bout *b);

#endif

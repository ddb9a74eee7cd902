/*
 * witness.h - the experiment of the columns that compare memory: both ends hold the page, the sender writes, all stand still
 */
#ifndef IPCKIT_WITNESS_H
#define IPCKIT_WITNESS_H

#include "harness.h"

/*
 * Runs the trial up to the moment when the sender has written and both ends stand still, calls `look` in the case
 * process, and lets the ends finish. Rows without memory are answered with "not applicable".
 */
void witness_ask(const struct variant *v, struct cell *c, void (*look)(struct trial *t, struct cell *c));

#endif

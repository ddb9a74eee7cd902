/*
 * exchange.h - the experiment that several columns share: one message, made after fork, from one end to the other
 */
#ifndef IPCKIT_EXCHANGE_H
#define IPCKIT_EXCHANGE_H

#include "harness.h"

/* What both ends do: the sender makes a message and sends it; the receiver takes it, when told to if it would not sleep. */
void exchange_act(struct trial *t, enum end end);

/* Judges the bytes of a finished trial: a truth, with what was seen. */
void exchange_judge(const struct trial *t, struct cell *c);

/* A trial whose script does exchange_act(), run and judged. */
void exchange_play(const struct variant *v, const struct script *script, size_t size, struct cell *c);

/* The same where only that matters: `owner` is the end that the process which calls setup() and forks plays. */
void exchange_ask(const struct variant *v, enum end owner, size_t size, struct cell *c);

#endif

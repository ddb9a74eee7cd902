/*
 * tasks.h - what the ends of a lane measure, each doing its part (pair.h: the owner sends, the peer answers)
 */
#ifndef IPCKIT_BENCH_TASKS_H
#define IPCKIT_BENCH_TASKS_H

#include "bench/pair.h"

/*
 * Blocks of round trips, for about as long as the order says. Every other block times each one by itself. All messages
 * are made before a block and verified after it, so that neither is in the time; an untimed one leads each block in,
 * unless a message is so large that only one is kept.
 */
void round_trip_run(struct pair *p);

/* n round trips and nothing else. */
void round_trip_repeat(struct pair *p, unsigned long long n);

/*
 * As many messages as should fit the time, from the first send() until the reader has verified the last. The sender
 * stamps each, the reader verifies each byte: that is in the time, and the batch says what it costs.
 */
void throughput_run(struct pair *p);

#endif

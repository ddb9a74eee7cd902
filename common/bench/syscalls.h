/*
 * syscalls.h - counts the system calls that a message takes, by ptrace(2), in a run that nobody times
 */
#ifndef IPCKIT_BENCH_SYSCALLS_H
#define IPCKIT_BENCH_SYSCALLS_H

#include "bench/lane.h"

/*
 * System calls of both ends for one message of a round trip; -1 where they could not be counted. Tracing slows the ends
 * down, so a row that looks for a while before it sleeps may be seen to sleep more often. Rows that trace fail here.
 */
double syscalls_count(struct lane *l);

#endif

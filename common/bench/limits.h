/*
 * limits.h - what the machine itself takes, whatever the mechanism: the yardstick of every round
 */
#ifndef IPCKIT_BENCH_LIMITS_H
#define IPCKIT_BENCH_LIMITS_H

#include "bench/control.h"

enum limit {
	LIMIT_LINE,    /* two processes change one cache line in turn: there and back */
	LIMIT_LINES,   /* the same with 64 bytes beside the word, so in two lines */
	LIMIT_FUTEX,   /* two processes wake each other by a futex and sleep: there and back */
	LIMIT_SYSCALL, /* the cheapest system call */
	LIMIT_FORK,    /* fork, exit and wait */
	LIMIT_COPY,    /* memcpy, of a size */
	LIMITS
};

/* "line", …; and a sentence. */
const char *limit_name(enum limit limit);
const char *limit_about(enum limit limit);

/* It spins: not on a single CPU. */
bool limit_spins(enum limit limit);

/* Shared memory for both ends, made before fork; `largest` is the largest size of a copy. 0 or -errno. */
struct grounds;
int limits_prepare(struct grounds **grounds, size_t largest);

/* Carries out one order of the task LIMIT. */
void limits_run(struct control *c, struct grounds *g, enum end self);

#endif

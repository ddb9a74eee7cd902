/*
 * ways.h - the ways by which bytes can leave a process: which of them a level asks for, and how much takes the others
 *
 * Decided call by call, by a process that answers for seccomp_unotify(2). What the level asks for passes and is
 * counted. Of the rest, what wakes the other end, what has a name, a size or a lock, and what looks at another process
 * (telling.h): in all they must not tell half of what the messages are. A call that only says again what has been said
 * tells the other end next to nothing.
 */
#ifndef IPCKIT_WARDEN_WAYS_H
#define IPCKIT_WARDEN_WAYS_H

#include "../levels.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/seccomp.h>

enum { MOST_LANES = 16, MOST_WORDS = 256 };

/* What is the same in two calls that tell the same. */
struct word {
	uint64_t call, descriptor, length, bytes, more;
};

/* Is to be zeroed, and then has what is known of the case filled in, up to `bytes`. */
struct ways {
	enum mechanism asked;
	pid_t sender, receiver;
	unsigned long lines[2]; /* inodes of the runners' own sockets */
	size_t bytes;           /* of all messages together */
	unsigned forks; /* that have been asked for: more than one, and the bytes of a call may change after a look */
	struct lane {
		unsigned long object;
		_Atomic size_t sent, received, returned;
	} lanes[MOST_LANES];
	_Atomic unsigned nlanes;
	struct word words[MOST_WORDS];
	unsigned nwords;
	size_t told; /* bits */
	bool lent;   /* what was put into a pipe or a socket before the ways were closed may have changed since */
	_Atomic int error; /* errno of a look that failed for want of memory or descriptors; 0 = none */
};

/* EMPTY: there is nothing to take, and it does not wait. LATER: it does, and is to be judged anew. */
enum verdict { PASS, REFUSE, EMPTY, LATER };

/* Before the ways are closed all may pass; who waits by then for what is not there yet is judged when it comes. */
enum verdict ways_judge_open(struct ways *w, pid_t asking, const struct seccomp_data *call);

enum verdict ways_judge(struct ways *w, pid_t asking, const struct seccomp_data *call);

/* A process or a thread that is to begin: others see that it is there. */
enum verdict ways_judge_fork(struct ways *w, pid_t asking);

/* Bytes that were given to what the level asks for by one end, and were in it when the other took from the same. */
size_t ways_carried(const struct ways *w);

#endif

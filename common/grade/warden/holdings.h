/*
 * holdings.h - what an object that carries bytes holds at this moment, without taking any
 */
#ifndef IPCKIT_WARDEN_HOLDINGS_H
#define IPCKIT_WARDEN_HOLDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <linux/seccomp.h>

struct holdings {
	bool some;     /* a call that takes from it would find something, or its end */
	bool blocking; /* a call that finds nothing waits, as far as the descriptor says */
	size_t bytes;  /* that it would find, at most; SIZE_MAX where nobody can say */
};

/* What that process has open as `fd`, or the System V queue that the call names. */
struct holdings holdings_look(pid_t pid, int fd, const struct seccomp_data *call);

/* Bytes in all messages of a POSIX queue that is open here (mq_overview(7)). */
size_t holdings_of_queue(int fd);

#endif

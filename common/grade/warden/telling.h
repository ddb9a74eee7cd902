/*
 * telling.h - what a call that carries no bytes tells another process: a name, a size, a signal, a lock
 */
#ifndef IPCKIT_WARDEN_TELLING_H
#define IPCKIT_WARDEN_TELLING_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <linux/seccomp.h>

/* Calls have numbers below it. */
enum { TELLING_CALLS = 1024 };

/* Once, before either of these. */
void telling_prepare(void);

/* It tells nothing whatever its arguments are, and need not be asked about: memory, waiting, what only the caller sees. */
bool telling_nothing(int call);

/*
 * Bits that it tells at most, after what the last call of that name has told. -1: no answer needs it once it is attached, and
 * it may tell anything.
 */
long telling_bits(pid_t pid, const struct seccomp_data *call);

/* Its caller learns something of what it names, which may be the state of another process (/proc). */
bool telling_looks(int call);

#endif

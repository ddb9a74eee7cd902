/*
 * guard.h - closes the other ways for bytes while a case runs (seccomp_unotify(2))
 *
 * A filter that the answer itself puts on would be as good as the answer. This one is in place before its first
 * instruction, and asks a process of ours at each call that can carry bytes: all may pass until guard_close_ways(),
 * then only the runner's own line and what is too short to carry a message, such as a wake-up.
 */
#ifndef IPCKIT_WARDEN_GUARD_H
#define IPCKIT_WARDEN_GUARD_H

#include <stdbool.h>
#include <sys/types.h>

/* Once. False: this kernel or this container does not let us. */
bool guard_prepare(void);

/* fork(2) of a process that is guarded. In the child guard_enter() has to follow at once. -1: no. */
pid_t guard_fork(void);
void guard_enter(void);

void guard_close_ways(void);

#endif

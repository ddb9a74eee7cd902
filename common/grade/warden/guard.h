/*
 * guard.h - closes the other ways for bytes while a case runs (seccomp_unotify(2))
 *
 * A filter that the answer itself puts on would be as good as the answer. This one is in place before its first
 * instruction, and asks a process of ours at each call that can carry bytes: all may pass until guard_close_ways(),
 * then only what ways.h says.
 */
#ifndef IPCKIT_WARDEN_GUARD_H
#define IPCKIT_WARDEN_GUARD_H

#include "../levels.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Once. False: this kernel or this container does not let us. */
bool guard_prepare(void);

/* fork(2) of a process that is guarded. In the child guard_enter() has to follow at once. -1: no. */
pid_t guard_fork(void);
void guard_enter(void);

/* Why nobody answers what the last guarded process asks, an errno; 0 where somebody does. */
int guard_error(void);

/*
 * From now on only what `asked` names may carry the messages, of so many bytes together. `lines`: inodes of the sockets by which
 * the runners speak with the warden.
 */
void guard_close_ways(enum mechanism asked, pid_t sender, pid_t receiver, const unsigned long lines[2], size_t bytes);

/* How many of them it has carried; 0 for memory, which nobody asks about. */
size_t guard_carried(void);

#endif

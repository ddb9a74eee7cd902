/*
 * fate.h - how a process of a case has ended, or why it does not go on, in words
 */
#ifndef IPCKIT_WARDEN_FATE_H
#define IPCKIT_WARDEN_FATE_H

#include "bout.h"
#include "vigil.h"

/* The seat has hung up: sets b->trouble from how its process ended. */
void fate_ended(struct bout *b, int seat);

/* The seat does not go on. Counts as a hang, if it is not only slow. */
void fate_stuck(struct bout *b, int seat, enum fate fate, const struct vigil *v);

/* After earlier hangs there is no more time for this wait: sets b->trouble, which accuses nobody. */
bool fate_gives_up(struct bout *b, int seat, const struct vigil *v);

/* A wait is over: what it has cost counts against what all of them may cost. */
void fate_used(const struct vigil *v);

/* So many ns were waited in vain, for nothing that is known to hang: they count against what hangs may cost. */
void fate_waited(long long ns);

/* The hook is not there, and the runner could not do in its place what it does then: sets b->trouble. */
bool fate_no_hook(struct bout *b, const char *hook, int result);

/* setup(), attach() or join() returned -errno; the cause is then the name of the hook. */
void fate_error(struct bout *b, int seat, const char *hook, int result);

/* What a runner that has not said hello yet calls itself: see protocol.h. Empty = it cannot be read. */
void fate_stage(pid_t pid, char stage[STAGE_SIZE]);

enum { ERRNO_TEXT = 40 };

/*
 * What a hook returned instead of a length: "-EPIPE", or the number where it has no name. Of -1, which most system calls
 * return, both.
 */
const char *fate_errno(int result, char text[ERRNO_TEXT]);

/* The cause of a trouble with such a result: this one, where the number does not say more by itself. */
const char *fate_cause(int result, const char *cause);

/* Dead, reaped or not. */
bool fate_is_dead(pid_t pid);

#endif

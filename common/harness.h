/*
 * harness.h - runs a trial from the case process: starts its processes, ends and reaps them, removes what is left
 */
#ifndef IPCKIT_HARNESS_H
#define IPCKIT_HARNESS_H

#include "trial.h"
#include "watch.h"

enum { MESSAGE_SIZE = 64 }; /* bytes; the usual message of a column */

/*
 * Starts a trial. It belongs to the caller, who calls harness_close() in every case. `size` is clipped to what the row
 * can carry. If the trial cannot go on, here or later, the cell says why.
 */
void harness_start(struct trial *t, const struct variant *v, const struct script *script, size_t size,
		   struct cell *c);

/*
 * Starts a trial with one process only: a stranger who joins, as `end`, a link that others have left behind. Those
 * who made it must have called no teardown() (script.leave).
 */
void harness_visit(struct trial *t, const struct script *script, enum end end, const struct trial *earlier,
		   struct cell *c);

/* Waits until that step is reached. False: the trial has ended before, for a reason that the cell gives. */
bool harness_until(struct trial *t, uint32_t step);

/* Waits until all have finished, and clears up. False: something went wrong, and the cell says what. */
bool harness_finish(struct trial *t);

/*
 * The same when the experiment has seen enough, whatever its processes are waiting for: they are ended. Goes by how
 * the last watch_rest() ended; LOST is a false, and the cell says what went wrong.
 */
bool harness_end(struct trial *t, enum rest rest);

/* Stops (SIGSTOP) or continues (SIGCONT) one of the processes. */
void harness_signal(struct trial *t, int seat, int sig);

/*
 * Stops the owner and waits until it stands still. A sleeper that is told to stop only wakes up, and what it waited for
 * may come before it gets a CPU: then it would go on with its system call first.
 */
void harness_stop_owner(struct trial *t);

/* Kills one of the processes, as a part of the experiment, and waits until it is dead. */
void harness_kill(struct trial *t, int seat);

/* Removes whatever the row has left under the link's values, and returns what that was, or NULL. For script.leave. */
const char *harness_remove(struct trial *t);

void harness_close(struct trial *t);

/* A hook of some trial of this process returned an errno of what is refused, or not supported here. */
bool harness_met_denial(void);

/* All of the above for a script that needs no witness. True: the receiver's bytes are in t->seen. */
bool harness_run(struct trial *t, const struct variant *v, const struct script *script, size_t size, struct cell *c);

#endif

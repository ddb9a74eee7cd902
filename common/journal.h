/*
 * journal.h - what a run may have left behind, kept where the next run finds it
 *
 * A run writes every name down before it is used, in a 0600 file of its own in TMPDIR (or /tmp), and holds a flock(2)
 * on it while any process that may still clean up lives. Only files of this user whose lock is free are swept: a pid
 * in a name would prove nothing.
 */
#ifndef IPCKIT_JOURNAL_H
#define IPCKIT_JOURNAL_H

#include <stdbool.h>

/* Sweeps the journals of this user's dead runs, and starts one. 0 or -errno: then the run goes on without. */
int journal_open(void);

/* To be called before the name is used. 0 or -errno: then it must not be used. Does nothing without a journal. */
int journal_add(const char *name);

/* In a process that must not keep the lock. */
void journal_leave(void);

/*
 * In the process that opened it: removes what still exists of what was written down, then the journal. Complains of what
 * cannot be removed, as journal_open() does, and keeps the journal, so that the next run tries again.
 */
void journal_close(void);

/* Something could not be removed. */
bool journal_left_behind(void);

#endif

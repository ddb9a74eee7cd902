/*
 * supervisor.h - runs cells: each in a case process, several at a time, whatever the rows do
 */
#ifndef IPCKIT_SUPERVISOR_H
#define IPCKIT_SUPERVISOR_H

#include "probe.h"

#include <stddef.h>

struct job {
	const struct variant *variant;
	const struct probe *probe;
	struct cell *cell; /* from supervisor_cells() */
};

/*
 * Zeroed memory that the supervisor shares with the processes that it starts; NULL with errno. It is never freed: it
 * lives as long as the program.
 */
void *shared_memory(size_t size);

/* n cells in such memory, each FAILED. */
struct cell *supervisor_cells(size_t n);

/*
 * Before the first run: signals, capabilities, journal. Results must be opened before that, since the capabilities that
 * experiments do not need are gone afterwards. Complains when there is no journal, and goes on without.
 */
void supervisor_begin(void);

/*
 * Runs all jobs, `at_once` at a time, in their order. SIGINT, SIGTERM and SIGHUP end it early: then all processes are
 * ended, everything is removed, and this process dies of that signal.
 */
void supervisor_run(const struct job *jobs, size_t n, unsigned at_once);

/* ns that a case process has for its answer; a test shortens it. */
extern long long supervisor_grace;

/* Removes what is left, and the journal. */
void supervisor_end(void);

#endif

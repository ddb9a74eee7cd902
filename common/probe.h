/*
 * probe.h - the contract of a column: one question, answered by an experiment for every row
 *
 * A column is one file in common/probes/ that exports one `const struct probe probe_<stem>`.
 */
#ifndef IPCKIT_PROBE_H
#define IPCKIT_PROBE_H

#include "cell.h"
#include "variant.h"

enum view { VIEW_RUN = 1, VIEW_MATRIX = 2 };

struct probe {
	const char *name;     /* the file's stem, and the key in JSON */
	const char *heading;  /* what the table prints */
	const char *question; /* one sentence, answered by each cell */
	unsigned views;       /* enum view, or-ed */
	int place;            /* columns are shown in rising order of this */
	bool unwanted;        /* yes is the answer that nobody hopes for */
	bool alone;           /* two cells of this column never run at the same time */
	/* Runs in a case process, which never calls a hook itself; the cell starts as FAILED. */
	void (*ask)(const struct variant *v, struct cell *c);
};

#endif

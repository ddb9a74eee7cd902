/*
 * ledger.h - the folder of a class's results: NAME.json of each student, results.jsonl with a line of each
 *
 * A name that is too long for that is cut and ends with a hash. A NAME.json is complete or not there. A line of
 * results.jsonl that a kill cut short is removed when the folder is opened again, and one that is missing is added. Who was
 * graded twice has two lines: the last one counts.
 */
#ifndef IPCKIT_GRADE_LEDGER_H
#define IPCKIT_GRADE_LEDGER_H

#include "grade/submissions.h"

#include <jansson.h>
#include <time.h>

struct ledger {
	const char *path;
	int folder;
	int lines;    /* results.jsonl; locked, so that two batches do not write there at once */
	json_t *lost; /* instead of records that could not be written or read, by student; NULL = none */
	bool unread;  /* a result could not be read when it was to be looked for in results.jsonl */
};

/* Makes the folder (0700) if need be. False: it has been said what is wrong. ledger_close() is for both. */
bool ledger_open(struct ledger *l, const char *path);
void ledger_close(struct ledger *l);

/*
 * The result of a student, a new reference, and when the file that it is about was changed last (of one that is not of
 * a batch: when it ended); NULL with errno, which is ENOENT where there is none. Any other error has been said.
 */
json_t *ledger_read(const struct ledger *l, const char *student, struct timespec *when);

/* Makes results.jsonl whole: see above. False: it has been said what is wrong. */
bool ledger_repair(struct ledger *l, const struct submissions *s);

/*
 * Writes NAME.json, then the line. 0 or -errno: it has been said what is wrong. `changed` is the change time of
 * what was graded, or has UTIME_OMIT.
 */
int ledger_write(struct ledger *l, const char *student, const json_t *record, const struct timespec *changed);

/* Whether that error is one of the whole folder; otherwise it is of that file alone. */
bool ledger_lost(int error);

/* The line alone, and ledger_read() finds it while the ledger is open. Takes the record over. False: as above. */
bool ledger_remember(struct ledger *l, json_t *record);

/* Writes a file as a whole or not at all; `fill` returns 0 or -errno, and so does this: it has been said what is wrong. */
int ledger_put(struct ledger *l, const char *name, int (*fill)(FILE *out, const void *what), const void *what);

#endif

/*
 * helper.h - a process that grades one submission and prints its record
 */
#ifndef IPCKIT_GRADE_HELPER_H
#define IPCKIT_GRADE_HELPER_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

enum { HELPER_WHY = 300 };

struct helper {
	pid_t pid; /* leads a process group of its own; 0 = none runs */
	int pidfd; /* polls readable when it has ended */
	int out, err;
	long long deadline; /* clock_now() */
	bool late;          /* it was killed for that */
};

/* Starts `program`; it is killed when this process ends. 0 or -errno. */
int helper_start(struct helper *h, const char *program, const char *const *argv, long long deadline);

/* Asks it to end, and gives it until then. */
void helper_stop(struct helper *h, long long deadline);

/* Ends it and its process group. */
void helper_kill(struct helper *h);

/* The record that is all of a file, a new reference; NULL with errno, which is 0 where it is none, or lacks what a view needs. */
json_t *helper_record(int fd);

/*
 * After its end: the record, a new reference, or NULL and the reason in `why`; in `said` what it said on stderr, to be
 * freed, NULL: no memory. What it left of its group is killed.
 */
json_t *helper_collect(struct helper *h, char why[HELPER_WHY], char **said);

#endif

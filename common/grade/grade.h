/*
 * grade.h - grades one submission
 */
#ifndef IPCKIT_GRADE_H
#define IPCKIT_GRADE_H

#include <jansson.h>
#include <stdbool.h>

struct grade_request {
	const char *file;  /* path of the student's file */
	const char *level; /* "L1" … */
	int attempt;       /* 1, 2, …: how much a hint tells */
	bool limits_only;  /* do not use namespaces, as on a machine that has none */
};

/*
 * The canonical record of a submission, as README describes it: a new reference, NULL without memory. What could not be graded has the
 * status grader_error and says why in "error"; nothing of what the submission did changes that.
 */
json_t *grade_submission(const struct grade_request *request);

/* 0 full marks, 1 not, 77 could not be graded. */
int grade_exit_status(const json_t *record);

#endif

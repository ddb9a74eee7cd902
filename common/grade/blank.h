/*
 * blank.h - the record of a submission that nothing was run of
 */
#ifndef IPCKIT_GRADE_BLANK_H
#define IPCKIT_GRADE_BLANK_H

#include <jansson.h>

struct blank {
	const char *level;
	int attempt;
	const char *path; /* of what was handed in, or NULL */
};

/* New references; NULL: no memory. A failure of ours has no score; nothing to grade is worth 0. */
json_t *blank_failure(const struct blank *b, const char *why);
json_t *blank_nothing(const struct blank *b, const char *why);

/* The reason in a record: of a failure, or of the first item. */
const char *blank_reason(const json_t *record);

#endif

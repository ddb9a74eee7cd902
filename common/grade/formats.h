/*
 * formats.h - the views of a canonical record (grade.h): for people, and for the platforms that courses use
 *
 * A record that says grader_error never becomes a score of 0: each format has its own way to say that there is none.
 */
#ifndef IPCKIT_GRADE_FORMATS_H
#define IPCKIT_GRADE_FORMATS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* "table", "json", "csv", "markdown", "gradescope", "classroom", "autolab", "junit" */
bool grade_format_known(const char *name);

/* The format that somebody may have meant, or NULL. */
const char *grade_format_nearest(const char *name);

/* All names in one line, for a message; the caller frees it. NULL: no memory. */
char *grade_format_names(void);

/* Writes all of it and flushes. 0 or -errno; -EINVAL for a name that is no format. */
int grade_print(FILE *out, const json_t *record, const char *format);

#endif

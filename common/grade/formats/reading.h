/*
 * reading.h - what the formats take from a record, made harmless
 *
 * Strings belong to the caller; NULL: no memory.
 */
#ifndef IPCKIT_GRADE_READING_H
#define IPCKIT_GRADE_READING_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* How figures are dumped: 5.55, not 5.5499999999999998. */
#define GRADE_DUMP (JSON_REAL_PRECISION(12))

/* A member that is a number, or 0. */
double grade_number(const json_t *object, const char *key);

bool grade_graded(const json_t *record);
bool grade_passed(const json_t *item);

/* "93.5": at most two digits after the point, none that says nothing. */
void grade_put_number(FILE *out, double number);

/* At most `max` bytes of text: line breaks stay, all else that is not printable is spelled out. */
char *grade_lines(const char *s, size_t max);

/* The same, line breaks spelled out too. */
char *grade_line(const char *s, size_t max);

/* What was measured of an item, and the hint below it. */
char *grade_remark(const json_t *item);

/* The same where there is less room: each of the two takes at most `max` bytes. */
char *grade_remark_within(const json_t *item, size_t max);

/* Two or three lines for people: what was graded, how it was isolated, or why there is no score. */
char *grade_summary(const json_t *record);

/* "namespaces: user, pid, …; seccomp; uid 65534", the note of the record where it has one. */
char *grade_isolation(const json_t *record);

/* Who handed it in: "student" of a batch, otherwise the file's name. */
const char *grade_student(const json_t *record);

/*
 * One or more lines of printable ASCII for a terminal or a log, -> for an arrow. A space goes into what the runner of a
 * workflow would take for a command (`::notice`, `##[error]`). grade_plain_own() frees its argument.
 */
char *grade_plain(const char *s);
char *grade_plain_own(char *s);

/* The same care for text that is in UTF-8 already: only commands are broken up. */
char *grade_defused(const char *s);

/* A new JSON string of text that it frees; NULL for NULL. */
json_t *grade_own(char *text);

/* One sentence on a grader error. */
char *grade_failure(const json_t *record);

#endif

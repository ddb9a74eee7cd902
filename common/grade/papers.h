/*
 * papers.h - the canonical record of the two levels whose answer is a table and not a program
 */
#ifndef IPCKIT_GRADE_PAPERS_H
#define IPCKIT_GRADE_PAPERS_H

#include "grade/grade.h"

/* "L0" or "L7". */
bool paper_is_level(const char *level);

/* As grade_submission(): a new reference, NULL without memory. */
json_t *paper_submission(const struct grade_request *request);

#endif

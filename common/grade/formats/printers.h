/*
 * printers.h - one function for each format; 0 or -errno
 */
#ifndef IPCKIT_GRADE_PRINTERS_H
#define IPCKIT_GRADE_PRINTERS_H

#include "report/look.h"

#include <jansson.h>

int grade_table(FILE *page, const json_t *record, const struct look *look);
int grade_json(FILE *page, const json_t *record, const struct look *look);
int grade_csv(FILE *page, const json_t *record, const struct look *look);
int grade_markdown(FILE *page, const json_t *record, const struct look *look);
int grade_gradescope(FILE *page, const json_t *record, const struct look *look);
int grade_classroom(FILE *page, const json_t *record, const struct look *look);
int grade_autolab(FILE *page, const json_t *record, const struct look *look);
int grade_junit(FILE *page, const json_t *record, const struct look *look);

/* The lines of grade_csv(): the columns' names, and what belongs to one record. */
void grade_csv_header(FILE *page);
int grade_csv_rows(FILE *page, const json_t *record);

#endif

/*
 * table.h - the table for people, in printable ASCII, through libsmartcols
 *
 * A verdict, the rows under the headings of their groups, a legend where one is needed, the counts and the surprises.
 * What does not fit is set tighter, then in two lines per row, then in blocks of columns that repeat the rows' names.
 */
#ifndef IPCKIT_REPORT_TABLE_H
#define IPCKIT_REPORT_TABLE_H

#include "report/look.h"

#include <jansson.h>

/* 0 or -errno. */
int table_print(FILE *out, const json_t *record, const struct look *look);

#endif

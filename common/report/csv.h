/*
 * csv.h - one line per row and column, as RFC 4180 has it (CRLF, quotes doubled)
 *
 * Characters that move a cursor are spelled out (\x1b), so a record is one line. What a spreadsheet would run as a formula
 * gets an apostrophe in front (escape.h). No field of a sound row begins so.
 */
#ifndef IPCKIT_REPORT_CSV_H
#define IPCKIT_REPORT_CSV_H

#include "report/look.h"

#include <jansson.h>

/* 0 or -errno. */
int csv_print(FILE *out, const json_t *record, const struct look *look);

#endif

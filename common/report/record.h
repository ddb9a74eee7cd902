/*
 * record.h - the one record that every view is made from (its JSON is documented in README.md)
 */
#ifndef IPCKIT_REPORT_RECORD_H
#define IPCKIT_REPORT_RECORD_H

#include "report/results.h"

#include <jansson.h>
#include <stdio.h>

#ifndef IPCKIT_VERSION
#define IPCKIT_VERSION "0.1.0"
#endif

enum { RECORD_SCHEMA = 1 };

/*
 * Takes all of its text and figures from the results, with invalid UTF-8 replaced; it keeps no pointer to them.
 * NULL: no memory. json_decref() frees it.
 */
json_t *record_make(const struct results *r);

/*
 * Reads the JSON that is all of a file; a new reference. NULL with errno, of opening or reading it; it is 0 where this is no
 * JSON. `why` then has the words of either.
 */
enum { RECORD_WHY = JSON_ERROR_TEXT_LENGTH };
json_t *record_load(const char *path, char why[RECORD_WHY]);

/* The same of what is open, where error->text has the words of what makes it no JSON. */
json_t *record_read(int fd, json_error_t *error);

/* Of a bench, too: a row did other than its textbook says, an experiment failed, or a row left something behind. */
bool record_surprised(const json_t *record);

/* 0 as expected; 1 a surprise; 77 nothing was measured, because all of it was refused or unsupported here. */
int record_exit_status(const json_t *record);

#endif

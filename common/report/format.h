/*
 * format.h - prints a record
 */
#ifndef IPCKIT_REPORT_FORMAT_H
#define IPCKIT_REPORT_FORMAT_H

#include "report/look.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

enum format { FORMAT_TABLE, FORMAT_JSON, FORMAT_CSV, FORMAT_MARKDOWN };

/* False for a name that is no format: "table", "json", "csv", "markdown". */
bool format_parse(const char *name, enum format *format);

/*
 * Writes all of it and flushes. Returns 0 or -errno: -ENOSPC where the disk is full, -EBADF where out is closed.
 * Only the table looks at where it goes: see look.h.
 */
int report_print(FILE *out, const json_t *record, enum format format);

/* The same, by a function of one's own; nothing is written where it fails. */
int report_print_by(FILE *out, const json_t *record,
		    int (*print)(FILE *page, const json_t *record, const struct look *look));

#endif

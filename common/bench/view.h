/*
 * view.h - prints the record of a bench
 */
#ifndef IPCKIT_BENCH_VIEW_H
#define IPCKIT_BENCH_VIEW_H

#include "report/format.h"

#include <jansson.h>
#include <stdio.h>

/* 0 or -errno; all of it is written, and flushed. */
int bench_print(FILE *out, const json_t *record, enum format format);

/* One line for the limits that moved while a record was made, "this" or "the old one"; nothing where none did. */
void bench_print_drifted(FILE *out, const json_t *drifted, const char *which, enum format format);

#endif

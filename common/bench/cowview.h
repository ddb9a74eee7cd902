/*
 * cowview.h - the record of `ipckit cow`, and its views
 */
#ifndef IPCKIT_BENCH_COWVIEW_H
#define IPCKIT_BENCH_COWVIEW_H

#include "bench/cow.h"
#include "report/format.h"

#include <jansson.h>
#include <stdio.h>

/* {"schema", "program", "view": "cow", "machine", "interrupted", "cases": [...]}; NULL: no memory. */
json_t *cow_record(const struct cow_case *cases, size_t n, bool interrupted);

/* 0 or -errno. */
int cow_print(FILE *out, const json_t *record, enum format format);

/* Writes cow.gp, from which gnuplot makes cow.svg and cow.png, into a folder. 0 or -errno. */
int cow_plot(const json_t *record, const char *folder);

#endif

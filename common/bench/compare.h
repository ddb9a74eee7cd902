/*
 * compare.h - two records of a bench: what became slower or faster, as a multiple of the limits
 */
#ifndef IPCKIT_BENCH_COMPARE_H
#define IPCKIT_BENCH_COMPARE_H

#include "report/format.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/*
 * Every row, hand-over, size and limit that both have, with its ratio then and now, the middle half of the rounds, and
 * a mark where it moved out of that. As JSON: [{"variant", "extra", "size", "task", "limit", "then", "now", "verdict"}].
 */
json_t *compare_records(const json_t *then, const json_t *now);

/* "same", "slower", "faster". */
bool compare_found_slower(const json_t *comparison);

/* 0 or -errno. */
int compare_print(FILE *out, const json_t *comparison, enum format format);

#endif

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
 * Every row, hand-over, size and limit, with its ratio then and now and the middle half of the rounds of each (null where
 * it was not measured), and a verdict: "same", or "slower" or "faster" where each median lies outside the middle half of
 * the other; "new"; "gone", if `now` was asked for it. As JSON:
 * [{"variant", "extra", "size", "task", "limit", "then": {"lower", "median", "upper"}, "now", "verdict"}].
 */
json_t *compare_records(const json_t *then, const json_t *now);

/* A row is in both, apart from the bare ring. */
bool compare_have_common_row(const json_t *then, const json_t *now);

/* Says on stderr, in one line, in what settings and machine the two differ, where that may have moved the ratios. */
void compare_conditions(const json_t *then, const json_t *now);

/* Something is slower or gone. */
bool compare_found_worse(const json_t *comparison);

/* 0 or -errno. JSON has it as {"schema", "program", "view": "compare", "comparison"}. */
int compare_print(FILE *out, const json_t *comparison, enum format format);

#endif

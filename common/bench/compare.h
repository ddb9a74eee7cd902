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
 * Every row, hand-over, size and limit, with its ratio then and now, to three digits, and what 80 % of the rounds of each
 * lie between (null where it was not measured), and a verdict: "same", "slower" or "faster" by stats_compare(); "few" rounds
 * to tell; "new"; "gone", if `now` was asked for it. The bare ring is not compared with itself. As JSON:
 * {"schema", "program", "view": "compare", "drifted": {"then", "now"}, "comparison": [{"variant", "extra", "size", "task",
 * "limit", "then": {"low", "median", "high", "rounds"}, "now", "verdict"}]}.
 */
json_t *compare_records(const json_t *then, const json_t *now);

/* A row is in both, apart from the bare ring. */
bool compare_have_common_row(const json_t *then, const json_t *now);

/* Says on stderr in what settings and machine the two differ, where that may have moved the ratios; and if rounds are few. */
void compare_conditions(const json_t *then, const json_t *now);

/* Something is slower or gone. */
bool compare_found_worse(const json_t *comparison);

/* 0 or -errno. */
int compare_print(FILE *out, const json_t *comparison, enum format format);

#endif

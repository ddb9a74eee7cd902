/*
 * yardstick.h - the machine's limits in the record of a bench
 */
#ifndef IPCKIT_BENCH_YARDSTICK_H
#define IPCKIT_BENCH_YARDSTICK_H

#include "bench/plan.h"

#include <jansson.h>
#include <stdbool.h>

/*
 * [{"limit", "about", "size", "ns", "drift", "rounds", "detail"}]: a limit without a figure has a detail that says why;
 * "rounds" has those of each group, one group after the other, null where there was none.
 */
json_t *limits_record(const struct plan *p);

/* The names of the limits that moved by more than a fifth while the rounds went on. */
json_t *drifted_record(const json_t *limits);

/* How much faster or slower a limit became while the rounds went on; 1 = not at all, 0 = not known from one round. */
double bench_drift(const double *rounds, size_t n);

/* The limit's times in the rounds of one group. */
const double *limit_of_group(const struct plan *p, const struct limit_rounds *l, unsigned group);

/* A limit of a record: "line", or "memcpy" of a size; NULL where it was not measured. */
const json_t *bench_limit(const json_t *record, const char *name, double size);

/* Says on stderr, in a line for each, why a limit has no figure. True: one has none. */
bool bench_limits_missed(const json_t *record);

#endif

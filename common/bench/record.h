/*
 * record.h - the one record that every view of a bench is made from (its JSON is documented in README.md)
 *
 * {"schema", "program", "view": "bench", "machine", "settings", "rounds", "interrupted", "clock_ns", "limits": [...],
 *  "drifted": [...], "rows": [{"variant", "extra", "size", ..., "round_trip": {...}, "throughput": {...}}]}
 */
#ifndef IPCKIT_BENCH_RECORD_H
#define IPCKIT_BENCH_RECORD_H

#include "bench/plan.h"
#include "bench/stats.h"

#include <jansson.h>
#include <stdbool.h>

/* NULL: no memory. */
json_t *bench_record(const struct plan *p);

/* It is the bench's own, which the rows are compared with. */
bool bench_is_bare_ring(const json_t *row);

/* Variant, extra and size are the same: a record has one of each. */
bool bench_same_row(const json_t *a, const json_t *b);

/* Every row was refused or is unsupported here, in both tasks; the bare ring is no row. */
bool bench_nothing_ran(const json_t *record);

/* Reads one that was printed as JSON. NULL: it has been said why. */
json_t *bench_record_load(const char *path);

/* Members by name, 0 or "" where there is none; `stats` as "ns": {"min", "low", "median", "high", "max", …}. */
double bench_number(const json_t *object, const char *key);
unsigned long long bench_count(const json_t *object, const char *key);
struct stats bench_stats(const json_t *object, const char *key);

/* The key of a task in a row: "round_trip", "throughput". */
const char *task_key(enum task task);

/* The other way round. */
json_t *bench_stats_record(const struct stats *s);

/* The array has such an element. */
bool bench_holds(const json_t *array, const json_t *element);

#endif

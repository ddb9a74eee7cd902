/*
 * stats.h - what a few rounds of a noisy machine say
 */
#ifndef IPCKIT_BENCH_STATS_H
#define IPCKIT_BENCH_STATS_H

#include <stddef.h>

/* Of n values, which are sorted for it. Quartiles are the middle half of the rounds: one bad round does not move them. */
struct stats {
	size_t n;
	double min, lower, median, upper, max;
};

struct stats stats_of(double *values, size_t n);

/* The value below which p of 100 lie, between neighbours by proportion; the values are sorted. 0 where n is 0. */
double stats_percentile(const double *sorted, size_t n, double p);

/* Sorts them. */
void stats_sort(double *values, size_t n);

/* `of` as a multiple of `limit`; 0 where there is no limit. */
double stats_ratio(double of, double limit);

/* What happened to a ratio between two runs, as far as their spreads tell. More is worse. */
enum verdict { VERDICT_SAME, VERDICT_SLOWER, VERDICT_FASTER };

/* Moved only where each median lies outside the middle half of the other run. */
enum verdict stats_compare(const struct stats *then, const struct stats *now);

#endif

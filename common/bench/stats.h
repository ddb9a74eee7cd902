/*
 * stats.h - what a few rounds of a noisy machine say
 */
#ifndef IPCKIT_BENCH_STATS_H
#define IPCKIT_BENCH_STATS_H

#include <stddef.h>

/*
 * Of n values, which are sorted for it. Between lower and upper is the middle half; between low and high are the middle
 * 80 %, which one bad round of eleven does not move.
 */
struct stats {
	size_t n;
	double min, low, lower, median, upper, high, max;
};

struct stats stats_of(double *values, size_t n);

/* The value below which p of 100 lie, between neighbours by proportion; the values are sorted. 0 where n is 0. */
double stats_percentile(const double *sorted, size_t n, double p);

/* Sorts them. */
void stats_sort(double *values, size_t n);

/* `of` as a multiple of `limit`; 0 where there is no limit. */
double stats_ratio(double of, double limit);

/* What happened to a ratio between two runs, as far as their rounds tell. More is worse. */
enum verdict { VERDICT_FEW, VERDICT_SAME, VERDICT_SLOWER, VERDICT_FASTER };

/*
 * Moved only where low to high of the two do not overlap and the medians are a twentieth apart. Of equal runs that is
 * said of less than 1 in 100, and of 4 in 10000 at 11 rounds; with less than FEWEST_COMPARED nothing is said.
 */
enum { FEWEST_COMPARED = 7 };
enum verdict stats_compare(const struct stats *then, const struct stats *now);

#endif

#include "bench/stats.h"

#include <stdbool.h>
#include <stdlib.h>

#define LEAST_CHANGE 1.05

static int order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void stats_sort(double *values, size_t n)
{
	if (n > 1)
		qsort(values, n, sizeof *values, order);
}

double stats_percentile(const double *sorted, size_t n, double p)
{
	double place = n > 0 ? p / 100 * (double)(n - 1) : 0;
	size_t below = (size_t)place;

	if (n == 0)
		return 0;
	if (below + 1 >= n)
		return sorted[n - 1];
	return sorted[below] + (place - (double)below) * (sorted[below + 1] - sorted[below]);
}

struct stats stats_of(double *values, size_t n)
{
	stats_sort(values, n);
	return (struct stats){
		.n = n,
		.min = stats_percentile(values, n, 0),
		.low = stats_percentile(values, n, 10),
		.lower = stats_percentile(values, n, 25),
		.median = stats_percentile(values, n, 50),
		.upper = stats_percentile(values, n, 75),
		.high = stats_percentile(values, n, 90),
		.max = stats_percentile(values, n, 100),
	};
}

double stats_ratio(double of, double limit)
{
	return limit > 0 ? of / limit : 0;
}

static bool is_above(const struct stats *a, const struct stats *b)
{
	return a->low > b->high && a->median >= b->median * LEAST_CHANGE;
}

enum verdict stats_compare(const struct stats *then, const struct stats *now)
{
	if (then->n < FEWEST_COMPARED || now->n < FEWEST_COMPARED)
		return VERDICT_FEW;
	if (is_above(now, then))
		return VERDICT_SLOWER;
	return is_above(then, now) ? VERDICT_FASTER : VERDICT_SAME;
}

#include "bench/stats.h"

#include <stdlib.h>

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
		.lower = stats_percentile(values, n, 25),
		.median = stats_percentile(values, n, 50),
		.upper = stats_percentile(values, n, 75),
		.max = stats_percentile(values, n, 100),
	};
}

double stats_ratio(double of, double limit)
{
	return limit > 0 ? of / limit : 0;
}

enum verdict stats_compare(const struct stats *then, const struct stats *now)
{
	if (now->median > then->upper && then->median < now->lower)
		return VERDICT_SLOWER;
	if (now->median < then->lower && then->median > now->upper)
		return VERDICT_FASTER;
	return VERDICT_SAME;
}

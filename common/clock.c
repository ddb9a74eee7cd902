#include "clock.h"

#include <time.h>

long long clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * NS_PER_S + now.tv_nsec;
}

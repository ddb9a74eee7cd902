#include "bytes.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEP = 10 };

static const char units[] = "KMG";

size_t bytes_parse(const char *text, const char **end)
{
	const unsigned long long most = (uint64_t)SIZE_MAX >> (4 * STEP) ? 1ULL << (4 * STEP) : SIZE_MAX;
	char *after;
	unsigned long long n = strtoull(text, &after, 10);
	const char *unit = *after ? strchr(units, *after) : NULL;
	int shift = unit ? STEP * (int)(unit - units + 1) : 0;

	*end = unit ? after + 1 : after;
	if (after == text || text[0] < '0' || text[0] > '9' || n > most >> shift)
		return 0;
	return (size_t)(n << shift);
}

const char *bytes_words(unsigned long long size, char text[24])
{
	int unit = -1;

	for (; size >= 1 << STEP && size % (1 << STEP) == 0 && unit < 2; unit++)
		size >>= STEP;
	snprintf(text, 24, "%llu%.1s", size, unit >= 0 ? units + unit : "");
	return text;
}

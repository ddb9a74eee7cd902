/*
 * settings.h - what the user wants of a bench
 */
#ifndef IPCKIT_BENCH_SETTINGS_H
#define IPCKIT_BENCH_SETTINGS_H

#include "bench/cpus.h"
#include "options.h"

#include <stdbool.h>
#include <stddef.h>

enum { MOST_SIZES = 16, MOST_ROUNDS = 1000, LARGEST_MESSAGE = 64 << 20 };

struct settings {
	size_t sizes[MOST_SIZES];
	size_t nsizes;
	unsigned rounds;
	double seconds; /* for all rounds together */
	struct cpus cpus;
	char *const *rows; /* names, of the command line; none: all */
	size_t nrows;
};

/* From the options, with what they leave out. False: it has been said what is wrong. */
bool settings_parse(struct settings *s, const struct options *o);

/* "8,56,4K,1M": at most MOST_SIZES of 1 to `largest` bytes, each once. False: it has been said what is wrong. */
bool sizes_parse(const char *text, size_t largest, size_t *sizes, size_t *n);

#endif

#include "bench/settings.h"

#include "bytes.h"
#include "complain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 11, SECONDS = 40, MOST_SECONDS = 3600 };

static const char default_sizes[] = "56,32K";

static bool has(const size_t *sizes, size_t n, size_t size)
{
	for (size_t i = 0; i < n; i++)
		if (sizes[i] == size)
			return true;
	return false;
}

bool sizes_parse(const char *text, size_t largest, size_t *sizes, size_t *n)
{
	char words[24];
	const char *all = text, *end = text;

	for (*n = 0;; text = end + 1) {
		size_t size = bytes_parse(text, &end);
		bool missing = *text == '\0' || *text == ',';
		if (size == 0 || size > largest || (*end && *end != ',')) {
			complain("--sizes: '%s'%s: sizes of 1 to %s bytes, as in 8,56,4K,1M", missing ? all : text,
				 missing ? " lacks one" : "", bytes_words(largest, words));
			return false;
		}
		if (*n == MOST_SIZES) {
			complain("--sizes: more than %d", MOST_SIZES);
			return false;
		}
		if (!has(sizes, *n, size))
			sizes[(*n)++] = size;
		if (!*end)
			return true;
	}
}

/* It begins with a digit, as what bytes_parse() takes: strtol(3) and strtod(3) take blanks, signs and 0x1p0, too. */
static bool is_number(const char *text, const char *characters)
{
	return text[0] >= '0' && text[0] <= '9' && strspn(text, characters) == strlen(text);
}

static bool parse_rounds(const char *text, unsigned *rounds)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (!is_number(text, "0123456789") || *end || n < 1 || n > MOST_ROUNDS) {
		complain("--rounds: '%s' is not 1 to %d", text, MOST_ROUNDS);
		return false;
	}
	*rounds = (unsigned)n;
	return true;
}

static bool parse_seconds(const char *text, double *seconds)
{
	char *end;
	double n = strtod(text, &end);

	if (!is_number(text, "0123456789.") || *end || !(n > 0 && n <= MOST_SECONDS)) {
		complain("--time: '%s' is not a number of seconds up to %d", text, MOST_SECONDS);
		return false;
	}
	*seconds = n;
	return true;
}

bool settings_parse(struct settings *s, const struct options *o)
{
	enum placing placing = PLACED_CROSS;

	*s = (struct settings){
		.rounds = ROUNDS, .seconds = SECONDS, .rows = o->operands, .nrows = (size_t)o->noperands};
	if (!sizes_parse(o->sizes ? o->sizes : default_sizes, LARGEST_MESSAGE, s->sizes, &s->nsizes))
		return false;
	if (o->rounds && !parse_rounds(o->rounds, &s->rounds))
		return false;
	if (o->time && !parse_seconds(o->time, &s->seconds))
		return false;
	if (o->cpu && !placing_parse(o->cpu, &placing)) {
		complain("--cpu: '%s' is not same, cross or free", o->cpu);
		return false;
	}
	s->cpus = cpus_choose(placing);
	if (s->cpus.placing != placing)
		complain(s->cpus.placing == PLACED_FREE
				 ? "bench: the CPUs of this process cannot be told, so the ends run wherever they may"
				 : "bench: one CPU only, so both ends share it");
	return true;
}

#include "nearest.h"

#include <string.h>

enum { LONGEST = 63 };

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Levenshtein distance, of two words of at most LONGEST characters. */
static unsigned edits(const char *a, const char *b)
{
	size_t m = strnlen(a, LONGEST), n = strnlen(b, LONGEST);
	unsigned row[LONGEST + 1];

	for (unsigned j = 0; j <= n; j++)
		row[j] = j;
	for (unsigned i = 1; i <= m; i++) {
		unsigned diagonal = row[0];
		row[0] = i;
		for (unsigned j = 1; j <= n; j++) {
			unsigned above = row[j];
			row[j] = least(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[n];
}

const char *nearest(const char *word, const char *const *names, size_t n)
{
	unsigned best = (unsigned)strnlen(word, LONGEST) / 2 + 1; /* further away is no likeness */
	const char *found = NULL;

	for (size_t i = 0; i < n; i++) {
		unsigned e = edits(word, names[i]);
		if (e < best) {
			best = e;
			found = names[i];
		}
	}
	return found;
}

#include "nearest.h"

#include <stdbool.h>
#include <string.h>

enum { LONGEST = 63 };

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;

	return ab < c ? ab : c;
}

static bool swapped(const char *a, const char *b)
{
	return a[0] == b[1] && a[1] == b[0];
}

/*
 * How many characters have to be inserted, deleted, replaced or swapped with their neighbour to make the one word of the
 * other; both of at most LONGEST characters.
 */
static unsigned edits(const char *a, const char *b)
{
	size_t m = strnlen(a, LONGEST), n = strnlen(b, LONGEST);
	unsigned rows[3][LONGEST + 1]; /* this one and the two before, in turn */

	for (unsigned j = 0; j <= n; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= m; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
		row[0] = i;
		for (unsigned j = 1; j <= n; j++) {
			row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && swapped(a + i - 2, b + j - 2))
				row[j] = least(row[j], two_above[j - 2] + 1, row[j]);
		}
	}
	return rows[m % 3][n];
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

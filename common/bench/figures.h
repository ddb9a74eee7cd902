/*
 * figures.h - lines of words and figures, printed as a table, as CSV or as Markdown
 */
#ifndef IPCKIT_BENCH_FIGURES_H
#define IPCKIT_BENCH_FIGURES_H

#include "report/format.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

enum { FIGURES_COLUMNS = 20 };

struct figures {
	const char *const
		*headings; /* ends with NULL; '-' before one: set to the left, '~': may be left out of a table */
	size_t ncolumns;
	char **text; /* text[line * ncolumns + column] */
	size_t nlines, room;
	int failed; /* -ENOMEM, once something could not be added */
};

/* headings must outlive them; figures_free() is for both. */
void figures_begin(struct figures *s, const char *const *headings);
void figures_free(struct figures *s);

/* The next field, line by line. */
void figures_put(struct figures *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Three digits of a figure, or nothing where it is not above 0. */
void figures_put_number(struct figures *s, double figure);

/*
 * 0 or -errno. Without lines nothing is printed but the headings of a CSV. A table that is too wide for its place leaves
 * out what may be left out, the last first, and says so. Not for FORMAT_JSON.
 */
int figures_print(FILE *out, const struct figures *s, enum format format);

/* A record as one JSON document, in ASCII: 0 or -errno. */
int figures_dump(FILE *out, const json_t *record);

/* "0.463", "21.4", "1230": three digits at least, never an exponent. */
const char *figure_words(double figure, char text[32]);

#endif

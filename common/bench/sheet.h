/*
 * sheet.h - lines of words and figures, printed as a table, as CSV or as Markdown
 */
#ifndef IPCKIT_BENCH_SHEET_H
#define IPCKIT_BENCH_SHEET_H

#include "report/format.h"

#include <stddef.h>
#include <stdio.h>

enum { SHEET_COLUMNS = 20 };

struct sheet {
	const char *const
		*headings; /* ends with NULL; '-' before one: set to the left, '~': may be left out of a table */
	size_t ncolumns;
	char **text; /* text[line * ncolumns + column] */
	size_t nlines, room;
	int failed; /* -ENOMEM, once something could not be added */
};

/* headings must outlive the sheet; sheet_free() is for both. */
void sheet_begin(struct sheet *s, const char *const *headings);
void sheet_free(struct sheet *s);

/* The next field, line by line. */
void sheet_put(struct sheet *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Three digits of a figure, or nothing where it is not above 0. */
void sheet_put_figure(struct sheet *s, double figure);

/*
 * 0 or -errno. A sheet without lines prints nothing. A table that is too wide for its place leaves out what may be left
 * out, the last first, and says so. Not for FORMAT_JSON.
 */
int sheet_print(FILE *out, const struct sheet *s, enum format format);

/* "0.463", "21.4", "1230": three digits at least, never an exponent. */
const char *figure_words(double figure, char text[32]);

#endif

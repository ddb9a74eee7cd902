/*
 * sheet.h - a table that a student filled in: comma or semicolon separated values with a line of names
 *
 * The file is not to be trusted: it may be of any size and kind.
 */
#ifndef IPCKIT_GRADE_SHEET_H
#define IPCKIT_GRADE_SHEET_H

#include <stdbool.h>
#include <stddef.h>

enum { SHEET_COLUMNS = 16, SHEET_ROWS = 256, SHEET_BYTES = 65536, SHEET_ERROR = 160 };

struct sheet {
	char *text; /* the cells point into it */
	char *names[SHEET_COLUMNS];
	size_t ncolumns;
	char *cells[SHEET_ROWS][SHEET_COLUMNS];
	size_t line[SHEET_ROWS]; /* where in the file, from 1 */
	size_t nrows;
	bool ours; /* it was not the content: it could not be opened or read, or there is no memory */
};

/*
 * Reads a file. False: `error` says in one line what is wrong with it. To be released with sheet_free() in both cases.
 * Lines without any text are left out, and so are blanks around a cell.
 */
bool sheet_read(struct sheet *s, const char *path, char error[SHEET_ERROR]);

/* The same with text that is in memory already; it is copied. */
bool sheet_parse(struct sheet *s, const char *text, size_t len, char error[SHEET_ERROR]);

/* False, with `error`, unless there is a column of that name. */
bool sheet_has(const struct sheet *s, const char *column, char error[SHEET_ERROR]);

/* A cell, "" where the row is too short; the column exists. */
const char *sheet_cell(const struct sheet *s, size_t row, const char *column);

/* The row that has this text in that column, in whatever case; s->nrows where there is none. Of several, the first. */
size_t sheet_find(const struct sheet *s, const char *column, const char *text);

void sheet_free(struct sheet *s);

/* A cell, short and printable, to be shown to people. Overwritten by the next call. */
const char *sheet_shown(const char *cell);

#endif

/*
 * grid.h - the words of a table and the room they need
 */
#ifndef IPCKIT_REPORT_GRID_H
#define IPCKIT_REPORT_GRID_H

#include <jansson.h>
#include <stdbool.h>

/* Text line by line, the headings first; the rows' names come first in each line. */
struct grid {
	const json_t *rows;
	const json_t *columns;
	size_t nlines;  /* one more than there are rows */
	size_t nfields; /* one more than there are columns */
	char **text;    /* text[line * nfields + field]; a newline is a space that a line may be broken at */
};

/* 0 or -errno. grid_free() is for both. */
int grid_make(struct grid *g, const json_t *record);
void grid_free(struct grid *g);

const char *grid_text(const struct grid *g, size_t line, size_t field);

/* The widest text of a field, with lines broken or not. */
size_t grid_width(const struct grid *g, size_t field, bool broken);

#endif

/*
 * select.h - which rows and columns a command is about
 */
#ifndef IPCKIT_SELECT_H
#define IPCKIT_SELECT_H

#include "registry.h"

#include <stddef.h>

/* Pointers into the registry, ordered for the table. The arrays are the caller's to free(). */
struct selection {
	const struct row **rows;
	size_t nrows;
	const struct probe **probes;
	size_t nprobes;
};

/* One row or column; NULL, having said so with the nearest name, where there is none of that name. */
const struct row *select_row(const char *name);
const struct probe *select_probe(const char *name);

/* The named rows, each once, or all of them; false: see select_row(), or out of memory. */
bool select_rows(struct selection *s, char *const *names, int n);

/* The columns of a view. */
bool select_view(struct selection *s, enum view view);

/* The named columns, separated by commas (the text is cut up); false: there is no such column. */
bool select_columns(struct selection *s, char *names);

/* Adds a column, once; s->probes has room for it. */
void select_add(struct selection *s, const struct probe *probe);

void select_free(struct selection *s);

#endif

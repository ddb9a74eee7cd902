#include "report/grid.h"

#include "report/text.h"
#include "report/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static char *text_around(const char *before, const char *text, const char *after)
{
	char *all = NULL;
	size_t size;
	FILE *out = open_memstream(&all, &size);

	if (!out)
		return NULL;
	fputs(before, out);
	text_put_ascii(out, text);
	fputs(after, out);
	return fclose(out) == 0 ? all : NULL;
}

static char *row_name(const json_t *row)
{
	bool surprise = json_is_true(json_object_get(row, "surprise"));

	return text_around("  ", record_text(row, "variant"), surprise ? " !" : "");
}

static char *field_text(const struct grid *g, size_t line, size_t field)
{
	const json_t *row = line > 0 ? json_array_get(g->rows, line - 1) : NULL;
	const json_t *column = field > 0 ? json_array_get(g->columns, field - 1) : NULL;

	if (!row)
		return text_around("", column ? record_text(column, "heading") : "MECHANISM", "");
	return column ? cell_words(record_cell(row, record_text(column, "name"))) : row_name(row);
}

int grid_make(struct grid *g, const json_t *record)
{
	size_t ntexts;

	g->rows = json_object_get(record, "rows");
	g->columns = json_object_get(record, "columns");
	g->nlines = json_array_size(g->rows) + 1;
	g->nfields = json_array_size(g->columns) + 1;
	ntexts = g->nlines * g->nfields;
	g->text = calloc(ntexts, sizeof *g->text);
	for (size_t i = 0; g->text && i < ntexts; i++) {
		g->text[i] = field_text(g, i / g->nfields, i % g->nfields);
		if (!g->text[i])
			return -ENOMEM;
	}
	return g->text ? 0 : -ENOMEM;
}

void grid_free(struct grid *g)
{
	for (size_t i = 0; g->text && i < g->nlines * g->nfields; i++)
		free(g->text[i]);
	free(g->text);
}

const char *grid_text(const struct grid *g, size_t line, size_t field)
{
	return g->text[line * g->nfields + field];
}

static size_t text_width(const char *text, bool broken)
{
	size_t widest = 0;

	if (!broken)
		return strlen(text);
	for (;;) {
		size_t width = strcspn(text, "\n");
		widest = width > widest ? width : widest;
		if (text[width] == '\0')
			return widest;
		text += width + 1;
	}
}

size_t grid_width(const struct grid *g, size_t field, bool broken)
{
	size_t widest = 0;

	for (size_t line = 0; line < g->nlines; line++) {
		size_t width = text_width(grid_text(g, line, field), broken);
		widest = width > widest ? width : widest;
	}
	return widest;
}

#include "report/table.h"

#include "report/grid.h"
#include "report/text.h"
#include "report/verdict.h"
#include "report/words.h"

#include <errno.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

static const char bold[] = "\033[1m";
static const char reset[] = "\033[0m";

/* How tight a table is set; the first that fits is taken. */
struct setting {
	size_t gap;  /* spaces between columns */
	bool broken; /* words may take two lines */
};

static const struct setting settings[] = {{2, false}, {1, false}, {1, true}};
static const struct setting in_blocks = {2, true};

/* Some of the columns, printed as one table. */
struct block {
	const struct grid *grid;
	struct setting setting;
	size_t first, last; /* fields of the grid; field 0, the names, comes before them */
};

static size_t block_width(const struct block *b)
{
	size_t width = grid_width(b->grid, 0, b->setting.broken);

	for (size_t field = b->first; field <= b->last; field++)
		width += b->setting.gap + grid_width(b->grid, field, b->setting.broken);
	return width;
}

static const char *colour(const struct grid *g, size_t line, size_t field)
{
	static const char *const tones[] = {
		[GOOD] = "\033[32m",
		[BAD] = "\033[31m",
		[DENIED] = "\033[33m",
	};
	const json_t *row = json_array_get(g->rows, line - 1);

	if (line == 0)
		return bold;
	if (field == 0)
		return json_is_true(json_object_get(row, "surprise")) ? bold : NULL;
	const char *column = record_text(json_array_get(g->columns, field - 1), "name");
	return tones[cell_tone(record_cell(row, column), column)];
}

static int set_cell(const struct block *b, struct libscols_line *to, size_t place, size_t line, size_t field)
{
	char *text = strdup(grid_text(b->grid, line, field));

	if (!text)
		return -ENOMEM;
	if (!b->setting.broken)
		text_one_line(text);
	if (scols_line_refer_data(to, place, text) != 0) {
		free(text);
		return -ENOMEM;
	}
	return scols_cell_set_color(scols_line_get_cell(to, place), colour(b->grid, line, field));
}

static int add_line(const struct block *b, struct libscols_table *table, size_t line)
{
	struct libscols_line *to = scols_table_new_line(table, NULL);
	int bad = to ? set_cell(b, to, 0, line, 0) : -ENOMEM;

	for (size_t field = b->first; field <= b->last && bad == 0; field++)
		bad = set_cell(b, to, field - b->first + 1, line, field);
	return bad;
}

/* Its text is ASCII already, with the backslashes of what was spelled out. */
static int add_column(struct libscols_table *table)
{
	struct libscols_column *column = scols_table_new_column(table, "", 0, SCOLS_FL_WRAP);

	if (!column)
		return -ENOMEM;
	if (scols_column_set_safechars(column, "\n\\") != 0)
		return -ENOMEM;
	return scols_column_set_wrapfunc(column, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL);
}

static int fill(const struct block *b, struct libscols_table *table)
{
	int bad = add_column(table);

	for (size_t field = b->first; field <= b->last; field++)
		bad |= add_column(table);
	for (size_t line = 0; line < b->grid->nlines && bad == 0; line++)
		bad = add_line(b, table, line);
	return bad ? -ENOMEM : 0;
}

/* The headings are a line of their own, since a group's heading comes between them and the first row. */
static int set_up(const struct block *b, struct libscols_table *table, bool coloured)
{
	int bad = scols_table_enable_noheadings(table, 1);

	bad |= scols_table_enable_colors(table, coloured);
	bad |= scols_table_set_column_separator(table, b->setting.gap == 2 ? "  " : " ");
	bad |= scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS);
	bad |= scols_table_set_termwidth(table, 2 * block_width(b)); /* never to be cut */
	return bad ? -ENOMEM : fill(b, table);
}

static const char *group_of(const struct grid *g, size_t line)
{
	return record_text(json_array_get(g->rows, line - 1), "group");
}

static size_t end_of_group(const struct grid *g, size_t line)
{
	size_t end = line + 1;

	while (end < g->nlines && strcmp(group_of(g, end), group_of(g, line)) == 0)
		end++;
	return end;
}

/* The library pads a row's second line, and leaves out the newline of the table's last one. */
static void put_stripped(FILE *out, char *text)
{
	for (char *line = strsep(&text, "\n"); line; line = strsep(&text, "\n")) {
		size_t length = strlen(line);
		while (length > 0 && line[length - 1] == ' ')
			length--;
		if (length > 0)
			fprintf(out, "%.*s\n", (int)length, line);
	}
}

/* Lines first to end - 1. */
static int print_lines(struct libscols_table *table, FILE *out, size_t first, size_t end)
{
	struct libscols_line *from = scols_table_get_line(table, first);
	struct libscols_line *to = scols_table_get_line(table, end - 1);
	char *text = NULL;
	int bad = scols_table_print_range_to_string(table, from, to, &text);

	if (bad == 0)
		put_stripped(out, text);
	free(text);
	return bad;
}

static void print_group(const struct grid *g, FILE *out, size_t line, bool coloured)
{
	fputs(coloured ? bold : "", out);
	text_put_ascii(out, group_of(g, line));
	fputs(coloured ? reset : "", out);
	fputc('\n', out);
}

static int print_filled(const struct block *b, struct libscols_table *table, FILE *out, bool coloured)
{
	int bad = print_lines(table, out, 0, 1);
	size_t end;

	for (size_t line = 1; line < b->grid->nlines && bad == 0; line = end) {
		end = end_of_group(b->grid, line);
		print_group(b->grid, out, line, coloured);
		bad = print_lines(table, out, line, end);
	}
	return bad;
}

static int print_block(const struct block *b, FILE *out, bool coloured)
{
	struct libscols_table *table = scols_new_table();
	int bad = table ? set_up(b, table, coloured) : -ENOMEM;

	if (bad == 0)
		bad = print_filled(b, table, out, coloured);
	scols_unref_table(table);
	return bad;
}

/* As many columns as there is room for, one at least. */
static void widen(struct block *b, size_t width)
{
	b->last = b->first;
	while (b->last + 1 < b->grid->nfields) {
		b->last++;
		if (block_width(b) > width) {
			b->last--;
			return;
		}
	}
}

static int print_blocks(const struct grid *g, FILE *out, const struct look *look)
{
	struct block b = {.grid = g, .setting = in_blocks, .first = 1};
	int bad = 0;

	while (b.first < g->nfields && bad == 0) {
		widen(&b, look->width);
		fputs(b.first > 1 ? "\n" : "", out);
		bad = print_block(&b, out, look->colour);
		b.first = b.last + 1;
	}
	return bad;
}

static int print_grid(const struct grid *g, FILE *out, const struct look *look)
{
	for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
		struct block b = {.grid = g, .setting = settings[i], .first = 1, .last = g->nfields - 1};
		if (block_width(&b) <= look->width)
			return print_block(&b, out, look->colour);
	}
	return print_blocks(g, out, look);
}

static bool has_pair(const json_t *rows)
{
	size_t i;
	json_t *row, *cell;
	const char *column;

	json_array_foreach(rows, i, row)
		json_object_foreach(json_object_get(row, "cells"), column, cell)
			if (cell_is_pair(cell))
				return true;
	return false;
}

/* A paragraph, unless it is empty; frees its text. */
static int print_wrapped(FILE *out, char *text, const char *before, const char *after, size_t width)
{
	char *rest = text;
	size_t used = 0;

	if (!text)
		return -ENOMEM;
	fputs(text[0] ? before : "", out);
	for (char *word = strsep(&rest, " "); word; word = strsep(&rest, " ")) {
		size_t room = used + 1 + strlen(word);
		bool fits = used == 0 || room <= width;
		fprintf(out, "%s%s", used == 0 ? "" : fits ? " " : "\n  ", word);
		used = fits ? room - (used == 0) : strlen(word) + 2;
	}
	fputs(text[0] ? after : "", out);
	free(text);
	return 0;
}

int table_print(FILE *out, const json_t *record, const struct look *look)
{
	static const char legend[] = "one number: the same in both processes; two: the parent's, then the child's";
	struct grid grid;
	int bad = grid_make(&grid, record);

	bad |= print_wrapped(out, verdict_text(record), "", "\n\n", look->width);
	if (bad == 0)
		bad = print_grid(&grid, out, look);
	if (has_pair(grid.rows))
		bad |= print_wrapped(out, strdup(legend), "\n", "\n", look->width);
	bad |= print_wrapped(out, counts_text(record), "\n", "\n", look->width);
	bad |= print_wrapped(out, surprises_text(record), "", "\n", look->width);
	grid_free(&grid);
	return bad ? -ENOMEM : 0;
}

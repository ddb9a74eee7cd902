#include "bench/figures.h"

#include "report/escape.h"
#include "report/look.h"
#include "report/text.h"

#include <errno.h>
#include <libsmartcols.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void figures_begin(struct figures *s, const char *const *headings)
{
	*s = (struct figures){.headings = headings};
	while (headings[s->ncolumns])
		s->ncolumns++;
}

void figures_free(struct figures *s)
{
	for (size_t i = 0; i < s->room; i++)
		free(s->text[i]);
	free(s->text);
}

static char **next_field(struct figures *s)
{
	char **text = reallocarray(s->text, s->room + 1, sizeof *text);

	if (!text) {
		s->failed = -ENOMEM;
		return NULL;
	}
	s->text = text;
	s->text[s->room] = NULL;
	return &s->text[s->room++];
}

/* What text_put_ascii() prints: one byte for each column of a terminal. */
static char *shown_in_ascii(const char *text)
{
	char *shown = NULL;
	size_t size;
	FILE *out = open_memstream(&shown, &size);

	if (!out)
		return NULL;
	text_put_ascii(out, text);
	return fclose(out) == 0 ? shown : NULL;
}

void figures_put(struct figures *s, const char *format, ...)
{
	char **field = next_field(s), *text = NULL;
	va_list arguments;

	if (!field)
		return;
	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) != -1) {
		*field = shown_in_ascii(text);
		free(text);
	}
	va_end(arguments);
	if (!*field)
		s->failed = -ENOMEM;
	s->nlines = s->room / s->ncolumns;
}

/* DEL is the one control character that JSON leaves as it is; it can only be part of a string. */
int figures_dump(FILE *out, const json_t *record)
{
	char *text = json_dumps(record, JSON_INDENT(1) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(9));

	for (const char *c = text; c && *c; c++)
		if (*c == 0x7f)
			fputs("\\u007f", out);
		else
			fputc(*c, out);
	fputc('\n', out);
	if (!text)
		return -EIO;
	free(text);
	return 0;
}

const char *figure_words(double figure, char text[32])
{
	int digits = figure < 10 ? 2 : figure < 100 ? 1 : 0;

	snprintf(text, 32, "%.*f", figure < 1 ? 3 : digits, figure);
	return text;
}

void figures_put_number(struct figures *s, double figure)
{
	char text[32];

	figures_put(s, "%s", figure > 0 ? figure_words(figure, text) : "");
}

static const char *heading(const struct figures *s, size_t column)
{
	return s->headings[column] + strspn(s->headings[column], "-~");
}

static const char *field(const struct figures *s, size_t line, size_t column)
{
	return s->text[line * s->ncolumns + column];
}

static size_t width(const struct figures *s, size_t column)
{
	size_t most = strlen(heading(s, column));

	for (size_t line = 0; line < s->nlines; line++)
		if (strlen(field(s, line, column)) > most)
			most = strlen(field(s, line, column));
	return most;
}

static size_t whole_width(const struct figures *s, const bool *hidden, size_t gap)
{
	size_t all = 0;

	for (size_t i = 0; i < s->ncolumns; i++)
		all += hidden[i] ? 0 : width(s, i) + (i ? gap : 0);
	return all;
}

/* Until the rest fits, or nothing more may be. */
static void hide(const struct figures *s, size_t room, bool *hidden)
{
	for (size_t i = s->ncolumns; i-- > 0 && whole_width(s, hidden, 1) > room;)
		hidden[i] = s->headings[i][0] == '~';
}

static void name_hidden(FILE *out, const struct figures *s, const bool *hidden)
{
	const char *before = "No room for ";

	for (size_t i = 0; i < s->ncolumns; i++) {
		if (!hidden[i])
			continue;
		fprintf(out, "%s%s", before, heading(s, i));
		before = ", ";
	}
	fputs(*before == ',' ? ": a wider terminal, COLUMNS or --format=csv has it.\n" : "", out);
}

static int add_columns(const struct figures *s, struct libscols_table *table, const bool *hidden)
{
	int bad = 0;

	for (size_t i = 0; i < s->ncolumns; i++) {
		int flags = (s->headings[i][0] == '-' ? 0 : SCOLS_FL_RIGHT) | (hidden[i] ? SCOLS_FL_HIDDEN : 0);
		bad |= !scols_table_new_column(table, heading(s, i), 0, flags);
	}
	return bad;
}

static int add_lines(const struct figures *s, struct libscols_table *table)
{
	int bad = 0;

	for (size_t line = 0; line < s->nlines && !bad; line++) {
		struct libscols_line *to = scols_table_new_line(table, NULL);
		bad |= !to;
		for (size_t i = 0; to && i < s->ncolumns; i++)
			bad |= scols_line_set_data(to, i, field(s, line, i));
	}
	return bad;
}

/* Two spaces between columns where there is room, and no field ever cut off. */
static int print_table(FILE *out, const struct figures *s)
{
	struct libscols_table *table = scols_new_table();
	struct look look = look_of(out);
	bool hidden[FIGURES_COLUMNS] = {false};
	int bad = !table;

	hide(s, look.width, hidden);
	if (!bad)
		bad = add_columns(s, table, hidden) || add_lines(s, table);
	if (!bad) {
		scols_table_set_stream(table, out);
		scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS);
		scols_table_set_termwidth(table, 2 * whole_width(s, hidden, 2));
		scols_table_set_column_separator(table, whole_width(s, hidden, 2) <= look.width ? "  " : " ");
		bad = scols_print_table(table);
		name_hidden(out, s, hidden);
	}
	scols_unref_table(table);
	return bad ? -ENOMEM : 0;
}

static int print_csv(FILE *out, const struct figures *s)
{
	int bad = 0;
	for (size_t i = 0; i < s->ncolumns; i++)
		fprintf(out, "%s%s", i ? "," : "", heading(s, i));
	fputs("\r\n", out);
	for (size_t line = 0; line < s->nlines; line++) {
		for (size_t i = 0; i < s->ncolumns; i++) {
			fputs(i ? "," : "", out);
			bad |= csv_put(out, field(s, line, i));
		}
		fputs("\r\n", out);
	}
	return bad;
}

static int print_markdown(FILE *out, const struct figures *s)
{
	int bad = 0;
	for (size_t i = 0; i < s->ncolumns; i++)
		fprintf(out, "| %s ", heading(s, i));
	fputs("|\n", out);
	for (size_t i = 0; i < s->ncolumns; i++)
		fputs(s->headings[i][0] == '-' ? "| --- " : "| ---: ", out);
	fputs("|\n", out);
	for (size_t line = 0; line < s->nlines; line++) {
		for (size_t i = 0; i < s->ncolumns; i++) {
			fputs("| ", out);
			bad |= markdown_put(out, field(s, line, i));
			fputc(' ', out);
		}
		fputs("|\n", out);
	}
	return bad;
}

int figures_print(FILE *out, const struct figures *s, enum format format)
{
	if (s->failed || (s->nlines == 0 && format != FORMAT_CSV))
		return s->failed;
	if (format == FORMAT_CSV)
		return print_csv(out, s);
	return format == FORMAT_MARKDOWN ? print_markdown(out, s) : print_table(out, s);
}

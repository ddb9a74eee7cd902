#include "commands.h"

#include "complain.h"
#include "report/fold.h"
#include "report/look.h"
#include "report/text.h"
#include "select.h"

#include <stdlib.h>
#include <string.h>

enum { INDENT = 8 }; /* of the lines that go on a paragraph */

/* Where the paragraph ends: at a line that is empty or not indented. */
static const char *paragraph_end(const char *text)
{
	const char *end = strchr(text, '\n');

	while (end && end[1] == ' ')
		end = strchr(end + 1, '\n');
	return end ? end : text + strlen(text);
}

/* Its lines as text_put() shows them; a tab is a blank, as a line break is for fold(). */
static void put_lines(FILE *out, const char *text)
{
	char *lines = strdup(text), *rest = lines;

	for (char *line; (line = strsep(&rest, "\t\n"));) {
		text_put(out, line);
		fputs(rest ? "\n" : "", out);
	}
	free(lines);
}

static void print_about(FILE *out, const char *text)
{
	size_t width = look_of(out).width;

	while (*text) {
		const char *end = paragraph_end(text);
		char *paragraph = strndup(text, (size_t)(end - text));
		char *shown = paragraph ? text_printed(put_lines, paragraph) : NULL;
		if (shown)
			fold(out, shown, 0, INDENT, width);
		free(shown);
		free(paragraph);
		text = *end ? end + 1 : end;
	}
}

static void explain(FILE *out, const struct row *row)
{
	const struct variant *v = row->variant;

	print_about(out, row->about);
	fprintf(out, "\nGroup:  %s\nMan:    ", group_name(v->group));
	text_put(out, v->man);
	fprintf(out, "\nSource: variants/%s.c\n", v->name);
}

static int explain_rows(const struct options *o)
{
	FILE *out;

	if (o->noperands == 0) {
		complain("explain: which row? See 'ipckit list'");
		return EXIT_USAGE;
	}
	for (int i = 0; i < o->noperands; i++)
		if (!select_row(o->operands[i]))
			return EXIT_USAGE;
	out = options_open(o);
	if (!out)
		return EXIT_USAGE;
	for (int i = 0; i < o->noperands; i++) {
		if (i > 0)
			fputc('\n', out);
		explain(out, row_find(o->operands[i]));
	}
	return options_close(o, out) ? EXIT_AS_EXPECTED : EXIT_SURPRISE;
}

const struct command command_explain = {
	.name = "explain",
	.operands = "ROW...",
	.summary = "Says what a row is, when to choose it, and its trap.",
	.takes = TAKES_OUTPUT,
	.run = explain_rows,
};

#include "commands.h"

#include "complain.h"
#include "report/fold.h"
#include "report/look.h"
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

static void print_about(FILE *out, const char *text)
{
	size_t width = look_of(out).width;

	while (*text) {
		const char *end = paragraph_end(text);
		char *paragraph = strndup(text, (size_t)(end - text));
		if (paragraph)
			fold(out, paragraph, 0, INDENT, width);
		free(paragraph);
		text = *end ? end + 1 : end;
	}
}

static void explain(FILE *out, const struct row *row)
{
	const struct variant *v = row->variant;

	print_about(out, row->about);
	fprintf(out, "\nGroup:  %s\nMan:    %s\nSource: variants/%s.c\n", group_name(v->group), v->man, v->name);
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

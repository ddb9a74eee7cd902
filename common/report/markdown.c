#include "report/markdown.h"

#include "report/escape.h"
#include "report/verdict.h"
#include "report/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Escapes text that it frees. */
static int put_own(FILE *out, char *text, const char *before, const char *after)
{
	int bad = 0;

	if (!text)
		return -ENOMEM;
	if (text[0]) {
		fputs(before, out);
		bad = markdown_put(out, text);
		fputs(after, out);
	}
	free(text);
	return bad;
}

static int put_header(FILE *out, const json_t *columns)
{
	size_t i;
	json_t *column;
	int bad = 0;

	fputs("| GROUP | MECHANISM |", out);
	json_array_foreach(columns, i, column) {
		bad |= put_own(out, strdup(record_text(column, "heading")), " ", "");
		fputs(" |", out);
	}
	fputs("\n| --- | --- |", out);
	for (i = 0; i < json_array_size(columns); i++)
		fputs(" --- |", out);
	fputc('\n', out);
	return bad;
}

static int put_row(FILE *out, const json_t *row, const json_t *columns)
{
	size_t i;
	json_t *column;
	int bad = put_own(out, strdup(record_text(row, "group")), "| ", "");

	bad |= put_own(out, strdup(record_text(row, "variant")), " | ", "");
	fputs(json_is_true(json_object_get(row, "surprise")) ? " ! |" : " |", out);
	json_array_foreach(columns, i, column)
		bad |= put_own(out, cell_words(record_cell(row, record_text(column, "name"))), " ", " |");
	fputc('\n', out);
	return bad;
}

int markdown_print(FILE *out, const json_t *record, const struct look *look)
{
	const json_t *columns = json_object_get(record, "columns");
	size_t i;
	json_t *row;
	int bad;

	(void)look;
	bad = put_own(out, verdict_text(record), "", "\n\n");
	bad |= put_header(out, columns);
	json_array_foreach(json_object_get(record, "rows"), i, row)
		bad |= put_row(out, row, columns);
	bad |= put_own(out, counts_text(record), "\n", "\n");
	bad |= put_own(out, surprises_text(record), "\n", "\n");
	return bad ? -ENOMEM : 0;
}

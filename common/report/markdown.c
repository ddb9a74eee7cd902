#include "report/markdown.h"

#include "report/text.h"
#include "report/verdict.h"
#include "report/words.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* An underscore inside a word means nothing: shm_open stays readable in the source. */
static bool special(const char *text, size_t i)
{
	if (text[i] == '_')
		return i == 0 || !isalnum((unsigned char)text[i - 1]) || !isalnum((unsigned char)text[i + 1]);
	return strchr("\\`*[]~|#$", text[i]);
}

/* Prints ASCII text that Markdown shows as it is, in one line. */
static void put_escaped(FILE *out, const char *text)
{
	for (size_t i = 0; text[i]; i++) {
		if (text[i] == '\n')
			fputc(' ', out);
		else if (text[i] == '<')
			fputs("&lt;", out);
		else if (text[i] == '>')
			fputs("&gt;", out);
		else if (text[i] == '&')
			fputs("&amp;", out);
		else
			fprintf(out, "%s%c", special(text, i) ? "\\" : "", text[i]);
	}
}

/* Escapes text that it frees. */
static int put_own(FILE *out, char *text, const char *before, const char *after)
{
	if (!text)
		return -ENOMEM;
	if (text[0]) {
		fputs(before, out);
		put_escaped(out, text);
		fputs(after, out);
	}
	free(text);
	return 0;
}

static char *ascii(const char *s)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	text_put_ascii(out, s);
	return fclose(out) == 0 ? text : NULL;
}

static int put_header(FILE *out, const json_t *columns)
{
	size_t i;
	json_t *column;
	int bad = 0;

	fputs("| GROUP | MECHANISM |", out);
	json_array_foreach(columns, i, column) {
		bad |= put_own(out, ascii(record_text(column, "heading")), " ", "");
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
	int bad = put_own(out, ascii(record_text(row, "group")), "| ", "");

	bad |= put_own(out, ascii(record_text(row, "variant")), " | ", "");
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

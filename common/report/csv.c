#include "report/csv.h"

#include "report/text.h"
#include "report/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const cell_fields[] = {
	"status", "value", "saw", "parent", "child", "source", "error", "call", "signal", "detail", "leak", NULL,
};

/* What text_put() prints, as a string. */
static char *printable(const char *s)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	text_put(out, s);
	return fclose(out) == 0 ? text : NULL;
}

static int put_field(FILE *out, const char *s)
{
	char *text = printable(s);

	if (!text)
		return -ENOMEM;
	bool formula = text[0] && strchr("=+-@", text[0]);
	bool quote = strpbrk(text, "\",") || text[0] == ' ' || (text[0] && text[strlen(text) - 1] == ' ');
	fputs(quote ? "\"" : "", out);
	fputs(formula ? "'" : "", out);
	for (const char *c = text; *c; c++)
		fprintf(out, "%s%c", *c == '"' ? "\"" : "", *c);
	fputs(quote ? "\"" : "", out);
	free(text);
	return 0;
}

/* Text as it is; true, false and numbers as in JSON; nothing for null. */
static int put_member(FILE *out, const json_t *member)
{
	if (json_is_string(member))
		return put_field(out, json_string_value(member));
	if (member && !json_is_null(member))
		return json_dumpf(member, out, JSON_ENCODE_ANY) == 0 ? 0 : -ENOMEM;
	return 0;
}

static int put_cell(FILE *out, const json_t *row, const char *column)
{
	const json_t *cell = record_cell(row, column);
	int bad = put_field(out, record_text(row, "variant"));

	fputc(',', out);
	bad |= put_field(out, record_text(row, "group"));
	fputc(',', out);
	bad |= put_field(out, column);
	for (const char *const *key = cell_fields; *key; key++) {
		fputc(',', out);
		bad |= put_member(out, json_object_get(cell, *key));
	}
	fputs("\r\n", out);
	return bad;
}

static void put_header(FILE *out)
{
	fputs("variant,group,column", out);
	for (const char *const *key = cell_fields; *key; key++)
		fprintf(out, ",%s", *key);
	fputs("\r\n", out);
}

int csv_print(FILE *out, const json_t *record, const struct look *look)
{
	size_t i, j;
	json_t *row, *column;
	int bad = 0;

	(void)look;
	put_header(out);
	json_array_foreach(json_object_get(record, "rows"), i, row)
		json_array_foreach(json_object_get(record, "columns"), j, column)
			bad |= put_cell(out, row, record_text(column, "name"));
	return bad ? -ENOMEM : 0;
}

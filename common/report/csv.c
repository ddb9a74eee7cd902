#include "report/csv.h"

#include "report/escape.h"
#include "report/words.h"

#include <errno.h>

static const char *const cell_fields[] = {
	"status", "value",  "saw",    "parent", "child", "source", "error",
	"call",   "signal", "detail", "leak",   "bound", NULL,
};

/* Text as it is; true, false and numbers as in JSON; nothing for null. */
static int put_member(FILE *out, const json_t *member)
{
	if (json_is_string(member))
		return csv_put(out, json_string_value(member));
	if (member && !json_is_null(member))
		return json_dumpf(member, out, JSON_ENCODE_ANY) == 0 ? 0 : -ENOMEM;
	return 0;
}

static int put_cell(FILE *out, const json_t *row, const char *column)
{
	const json_t *cell = record_cell(row, column);
	int bad = csv_put(out, record_text(row, "variant"));

	fputc(',', out);
	bad |= csv_put(out, record_text(row, "group"));
	fputc(',', out);
	bad |= csv_put(out, column);
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

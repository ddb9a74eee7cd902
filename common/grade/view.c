#include "grade/view.h"

#include "report/text.h"

#include <errno.h>
#include <string.h>

static const char *text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

static void list(FILE *out, const json_t *record)
{
	size_t i;
	json_t *item;

	if (text(record, "error")[0]) {
		fputs("not graded: ", out);
		text_put(out, text(record, "error"));
		fputc('\n', out);
		return;
	}
	json_array_foreach(json_object_get(record, "items"), i, item)
	{
		fprintf(out, "%-14s %6.2f of %5.2f  %s: ", text(item, "status"),
			json_number_value(json_object_get(item, "score")), json_number_value(json_object_get(item, "points")),
			text(item, "title"));
		text_put(out, text(item, "measured"));
		fputc('\n', out);
		if (text(item, "hint")[0])
			fprintf(out, "%32s%s\n", "", text(item, "hint"));
	}
	fprintf(out, "%.2f of 100; isolation: %s\n", json_number_value(json_object_get(record, "score")),
		text(json_object_get(record, "isolation"), "note"));
}

int grade_view(FILE *out, const json_t *record, const char *format)
{
	if (strcmp(format, "json") != 0)
		list(out, record);
	else if (json_dumpf(record, out, JSON_INDENT(1) | JSON_ENSURE_ASCII) == -1)
		return -ENOMEM;
	else
		fputc('\n', out);
	return 0;
}

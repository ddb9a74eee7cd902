#include "commands.h"

#include "report/fold.h"
#include "report/listing.h"
#include "report/record.h"
#include "report/text.h"
#include "select.h"

#include <stdlib.h>

static void print_table(FILE *out, const struct selection *s)
{
	for (size_t i = 0; i < s->nrows; i++) {
		const struct variant *v = s->rows[i]->variant;
		int at = fprintf(out, "%-20s %-19s ", v->name, group_name(v->group));
		char *text = NULL, *shown;

		if (asprintf(&text, "%s, %s", v->title, v->man) == -1)
			text = NULL;
		shown = text_shown(text);
		fold_entry(out, shown ? shown : "", (size_t)at);
		free(shown);
		free(text);
	}
}

/* False: no memory; options_close() tells what could not be written. */
static bool print_record(FILE *out, const struct selection *s, enum format format)
{
	static const char *const members[] = {"variant", "group", "title", "man", NULL};
	const struct results rows = {.rows = s->rows, .nrows = s->nrows};
	json_t *record = record_make(&rows);
	bool ok = record != NULL;

	if (format == FORMAT_JSON)
		ok = ok && report_print(out, record, format) == 0;
	else
		ok = ok && listing_print(out, json_object_get(record, "rows"), members, format) == 0;
	json_decref(record);
	return ok;
}

static int list(const struct options *o)
{
	struct selection s = {0};
	FILE *out = select_rows(&s, o->operands, o->noperands) ? options_open(o) : NULL;
	bool ok = true;

	if (!out) {
		select_free(&s);
		return EXIT_USAGE;
	}
	if (o->format == FORMAT_TABLE)
		print_table(out, &s);
	else
		ok = print_record(out, &s, o->format);
	select_free(&s);
	return options_close(o, out) && ok ? EXIT_AS_EXPECTED : EXIT_SURPRISE;
}

const struct command command_list = {
	.name = "list",
	.operands = "[ROW...]",
	.summary = "Lists the rows: name, group, title, and where to read on.",
	.takes = TAKES_FORMAT | TAKES_OUTPUT,
	.run = list,
};

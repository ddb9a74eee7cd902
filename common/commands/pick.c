#include "commands.h"

#include "complain.h"
#include "measure.h"
#include "needs.h"
#include "report/fold.h"
#include "report/listing.h"
#include "report/record.h"
#include "report/text.h"
#include "report/words.h"

#include <stdlib.h>
#include <string.h>

/* The other columns of a row that say yes where one hopes for it: the more of them, the better a pick. */
static json_t *assets(const json_t *row, const struct needs *needs)
{
	json_t *names = json_array();

	for (const struct probe *const *p = registry_probes; *p; p++) {
		const json_t *value = json_object_get(record_cell(row, (*p)->name), "value");
		if (json_is_boolean(value) && json_is_true(value) != (*p)->unwanted && !needs_ask(needs, *p))
			json_array_append_new(names, json_sprintf("%s%s", (*p)->name, (*p)->unwanted ? "=no" : ""));
	}
	return names;
}

/* Measures all columns of the rows that fit, which tells the better ones. */
static json_t *measure_fitting(const json_t *fitting)
{
	struct selection s = {0};
	size_t n = json_array_size(fitting);
	char **names = calloc(n + 1, sizeof *names);
	json_t *record = NULL;

	for (size_t i = 0; names && i < n; i++)
		names[i] = (char *)record_text(json_array_get(fitting, i), "variant");
	if (names && select_rows(&s, names, (int)n) && select_view(&s, VIEW_MATRIX))
		record = measure(&s);
	select_free(&s);
	free(names);
	return record;
}

static int by_assets(const void *a, const void *b)
{
	size_t one = json_array_size(json_object_get(*(json_t *const *)a, "assets"));
	size_t two = json_array_size(json_object_get(*(json_t *const *)b, "assets"));

	return one == two ? 0 : one < two ? 1 : -1;
}

/* The rows that fit, best first: [{"variant", "title", "assets"}]. *surprised: as of that measurement. */
static json_t *rank(const json_t *fitting, const struct needs *needs, bool *surprised)
{
	json_t *record = json_array_size(fitting) ? measure_fitting(fitting) : NULL; /* no names: all rows */
	json_t *rows = json_object_get(record, "rows");
	size_t n = json_array_size(rows);
	json_t **sorted = calloc(n + 1, sizeof(json_t *));
	json_t *ranked = json_array();

	for (size_t i = 0; sorted && i < n; i++) {
		json_t *row = json_array_get(rows, i);
		sorted[i] = json_pack("{s:O, s:O, s:o}", "variant", json_object_get(row, "variant"), "title",
				      json_object_get(row, "title"), "assets", assets(row, needs));
	}
	if (sorted)
		qsort(sorted, n, sizeof(json_t *), by_assets);
	for (size_t i = 0; sorted && i < n; i++)
		json_array_append_new(ranked, sorted[i]);
	free(sorted);
	*surprised = record && record_surprised(record);
	json_decref(record);
	return ranked;
}

/* The one record of this view: {"needs", "picks", "ruled_out"}, and where that was measured. *surprised: rank(). */
static json_t *pick_record(const json_t *measured, const struct needs *needs, bool *surprised)
{
	const json_t *rows = json_object_get(measured, "rows");
	json_t *fitting = json_array(), *out = json_array(), *said = json_array();
	json_t *record;

	for (size_t i = 0; i < needs->n; i++)
		json_array_append_new(said, need_record(&needs->all[i]));
	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *row = json_array_get(rows, i);
		const struct need *need = needs_unmet(needs, row);
		if (!need) {
			json_array_append(fitting, row);
			continue;
		}
		json_array_append_new(out, json_pack("{s:O, s:s, s:O}", "variant", json_object_get(row, "variant"),
						     "column", need->probe->name, "cell",
						     (json_t *)record_cell(row, need->probe->name)));
	}
	record = json_pack("{s:i, s:O, s:O, s:o, s:o, s:o}", "schema", RECORD_SCHEMA, "program",
			   json_object_get(measured, "program"), "machine", json_object_get(measured, "machine"),
			   "needs", said, "picks", rank(fitting, needs, surprised), "ruled_out", out);
	json_decref(fitting);
	return record;
}

/* "blocks, eof"; the caller frees it. */
static char *joined(const json_t *names)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; out && i < json_array_size(names); i++)
		fprintf(out, "%s%s", i ? ", " : "", json_string_value(json_array_get(names, i)));
	return out && fclose(out) == 0 ? text : NULL;
}

/* Text that it frees, after `at` columns. */
static void print_entry(FILE *out, int at, char *text)
{
	char *shown = text ? text_printed(text_put_ascii, text) : NULL;

	fold_entry(out, shown ? shown : "", (size_t)at);
	free(shown);
	free(text);
}

static void print_ruled_out(FILE *out, const json_t *ruled_out, bool explain)
{
	size_t n = json_array_size(ruled_out);

	if (n == 0)
		fputs("No row is ruled out.\n", out);
	else
		fprintf(out, "%zu do%s not, and the first cell that rules %s out:\n", n, n == 1 ? "es" : "",
			n == 1 ? "it" : "each of them");
	for (size_t i = 0; i < n; i++) {
		const json_t *row = json_array_get(ruled_out, i);
		const json_t *cell = json_object_get(row, "cell");
		const char *detail = explain ? record_text(cell, "detail") : "";
		char *words = cell_line(cell), *text = NULL;

		if (asprintf(&text, "%s: %s%s%s", record_text(row, "column"), words ? words : "",
			     *detail ? " - " : "", detail) == -1)
			text = NULL;
		print_entry(out, fprintf(out, "  %-20s ", record_text(row, "variant")), text);
		free(words);
	}
}

static void print_picks(FILE *out, const json_t *picks, bool explain)
{
	size_t n = json_array_size(picks);

	if (n == 0)
		fputs("No row meets them.\n", out);
	else if (n == 1)
		fputs("1 meets them:\n", out);
	else
		fprintf(out, "%zu meet them, best first: the one with the most other columns that say yes.\n", n);
	for (size_t i = 0; i < n; i++) {
		const json_t *pick = json_array_get(picks, i), *assets = json_object_get(pick, "assets");
		fprintf(out, "  %-20s ", record_text(pick, "variant"));
		text_put(out, record_text(pick, "title"));
		fputc('\n', out);
		if (explain)
			print_entry(out, fprintf(out, "  %20s also %zu: ", "", json_array_size(assets)),
				    joined(assets));
	}
}

static void print_table(FILE *out, const json_t *record, bool explain)
{
	print_entry(out, fprintf(out, "needs: "), joined(json_object_get(record, "needs")));
	fputc('\n', out);
	print_picks(out, json_object_get(record, "picks"), explain);
	fputc('\n', out);
	print_ruled_out(out, json_object_get(record, "ruled_out"), explain);
}

/* The rows of the record as objects of text, those that meet the needs first. */
static json_t *flat(const json_t *record)
{
	json_t *all = json_array(), *row;
	size_t i;

	json_array_foreach(json_object_get(record, "picks"), i, row) {
		char *also = joined(json_object_get(row, "assets"));
		json_array_append_new(all, json_pack("{sO, ss, ss*}", "variant", json_object_get(row, "variant"),
						     "meets", "yes", "also", also));
		free(also);
	}
	json_array_foreach(json_object_get(record, "ruled_out"), i, row) {
		json_t *cell = json_object_get(row, "cell");
		char *words = cell_line(cell);
		json_array_append_new(all,
				      json_pack("{sO, ss, sO, ss*, sO*}", "variant", json_object_get(row, "variant"),
						"meets", "no", "column", json_object_get(row, "column"), "cell",
						words, "detail", json_object_get(cell, "detail")));
		free(words);
	}
	return all;
}

/* options_close() tells what could not be written. */
static void print(FILE *out, const json_t *record, const struct options *o)
{
	static const char *const members[] = {"variant", "meets", "also", "column", "cell", "detail", NULL};
	json_t *rows;

	if (o->format == FORMAT_TABLE) {
		print_table(out, record, o->explain);
	} else if (o->format == FORMAT_JSON) {
		report_print(out, record, o->format);
	} else {
		rows = flat(record);
		listing_print(out, rows, members, o->format);
		json_decref(rows);
	}
}

static bool select_needed(struct selection *s, const struct needs *needs, const struct options *o)
{
	if (!select_rows(s, o->operands, o->noperands))
		return false;
	s->probes = calloc(needs->n + 1, sizeof *s->probes);
	for (size_t i = 0; s->probes && i < needs->n; i++)
		select_add(s, needs->all[i].probe);
	return s->probes != NULL;
}

static int answer(FILE *out, const struct selection *s, const struct needs *needs, const struct options *o)
{
	json_t *measured = measure(s);
	json_t *rows = json_object_get(measured, "rows");
	bool surprised = false;
	json_t *record = measured ? pick_record(measured, needs, &surprised) : NULL;
	bool found = json_array_size(json_object_get(record, "picks")) > 0;
	int status = measured ? record_exit_status(measured) : EXIT_SURPRISE;

	needs_doubt(needs, rows);
	if (record)
		print(out, record, o);
	json_decref(record);
	json_decref(measured);
	return status == EXIT_AS_EXPECTED && (!found || surprised) ? EXIT_SURPRISE : status;
}

static int pick(const struct options *o)
{
	struct needs needs = needs_begin();
	struct selection s = {0};
	FILE *out;
	int status = EXIT_USAGE;

	if (!o->needs && !o->minimums) {
		complain("pick: say what is needed: --need blocks,framing=message or --min max_message=1M");
		return EXIT_USAGE;
	}
	if ((o->needs && !needs_parse(&needs, o->needs)) ||
	    (o->minimums && !needs_parse_minimums(&needs, o->minimums)))
		return EXIT_USAGE;
	out = select_needed(&s, &needs, o) ? options_open(o) : NULL;
	if (out)
		status = answer(out, &s, &needs, o);
	if (out && !options_close(o, out))
		status = EXIT_SURPRISE;
	select_free(&s);
	return status;
}

const struct command command_pick = {
	.name = "pick",
	.operands = "[ROW...]",
	.summary = "Measures which rows meet your needs, and names for each other row the cell that rules it out.",
	.takes = TAKES_FORMAT | TAKES_OUTPUT | TAKES_NEEDS,
	.run = pick,
};

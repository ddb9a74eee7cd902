#include "bench/compare.h"

#include "bench/figures.h"
#include "bench/record.h"
#include "bench/settings.h"
#include "bench/view.h"
#include "bytes.h"
#include "complain.h"
#include "report/record.h"
#include "report/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	enum task task;
	const char *limit;
} ratios[] = {{ROUND_TRIP, "line"}, {ROUND_TRIP, "futex"}, {THROUGHPUT, "ring"}, {THROUGHPUT, "memcpy"}};

static const json_t *find(const json_t *record, const json_t *like)
{
	size_t i;
	json_t *row;

	json_array_foreach(json_object_get(record, "rows"), i, row)
		if (bench_same_row(row, like))
			return row;
	return NULL;
}

/* Whether the record would have such a row if it could be measured. */
static bool asked_for(const json_t *record, const json_t *row)
{
	const json_t *settings = json_object_get(record, "settings");
	const json_t *rows = json_object_get(settings, "rows");

	return bench_holds(json_object_get(settings, "sizes"), json_object_get(row, "asked")) &&
	       (json_array_size(rows) == 0 || bench_holds(rows, json_object_get(row, "variant")));
}

/* The digits that are printed: the verdict rests on no others. */
static double three_digits(double figure)
{
	char text[32];

	snprintf(text, sizeof text, "%.3g", figure);
	return strtod(text, NULL);
}

static struct stats ratio_of(const json_t *row, const char *task, const char *limit)
{
	struct stats s = bench_stats(json_object_get(json_object_get(row, task), "limits"), limit);

	s.low = three_digits(s.low);
	s.median = three_digits(s.median);
	s.high = three_digits(s.high);
	if (s.low > s.high) /* somebody else wrote that: such a spread would lie above itself */
		s.n = 0;
	return s;
}

static json_t *spread(const struct stats *s)
{
	return s->n == 0 ? json_null()
			 : json_pack("{sf, sf, sf, sI}", "low", s->low, "median", s->median, "high", s->high,
				     "rounds", (json_int_t)s->n);
}

static const char *verdict(const struct stats *then, const struct stats *now)
{
	static const char *const moved[] = {[VERDICT_FEW] = "few",
					    [VERDICT_SAME] = "same",
					    [VERDICT_SLOWER] = "slower",
					    [VERDICT_FASTER] = "faster"};

	return then->n == 0 ? "new" : now->n == 0 ? "gone" : moved[stats_compare(then, now)];
}

/* One of the two rows may be NULL. */
static void compare_rows(json_t *to, const json_t *old, const json_t *new)
{
	const json_t *row = new ? new : old;

	for (size_t i = 0; i < sizeof ratios / sizeof ratios[0]; i++) {
		const char *task = task_key(ratios[i].task), *limit = ratios[i].limit;
		struct stats then = ratio_of(old, task, limit);
		struct stats now = ratio_of(new, task, limit);
		if ((then.n == 0 && now.n == 0) || (bench_is_bare_ring(row) && strcmp(limit, "ring") == 0))
			continue;
		json_array_append_new(
			to, json_pack("{sO, sO, sO, ss, ss, so, so, ss}", "variant", json_object_get(row, "variant"),
				      "extra", json_object_get(row, "extra"), "size", json_object_get(row, "size"),
				      "task", task, "limit", limit, "then", spread(&then), "now", spread(&now),
				      "verdict", verdict(&then, &now)));
	}
}

static json_t *compare_lines(const json_t *then, const json_t *now)
{
	json_t *lines = json_array(), *row;
	size_t i;

	json_array_foreach(json_object_get(now, "rows"), i, row)
		compare_rows(lines, find(then, row), row);
	json_array_foreach(json_object_get(then, "rows"), i, row)
		if (!find(now, row) && asked_for(now, row))
			compare_rows(lines, row, NULL);
	return lines;
}

json_t *compare_records(const json_t *then, const json_t *now)
{
	return json_pack("{si, ss, ss, s{sO?, sO?}, so}", "schema", RECORD_SCHEMA, "program",
			 "ipckit " IPCKIT_VERSION, "view", "compare", "drifted", "then",
			 json_object_get(then, "drifted"), "now", json_object_get(now, "drifted"), "comparison",
			 compare_lines(then, now));
}

bool compare_have_common_row(const json_t *then, const json_t *now)
{
	size_t i;
	json_t *row;

	json_array_foreach(json_object_get(now, "rows"), i, row)
		if (!bench_is_bare_ring(row) && find(then, row))
			return true;
	return false;
}

static bool fewer_rounds(const json_t *record)
{
	return bench_number(record, "rounds") < FEWEST_COMPARED;
}

void compare_conditions(const json_t *then, const json_t *now)
{
	static const char *const members[][2] = {
		{"settings", "cpu"}, {"machine", "processor"}, {"machine", "cpus"}, {"machine", "kernel"}};
	char line[64] = "";

	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		const char *part = members[i][0], *key = members[i][1];
		const json_t *old = json_object_get(json_object_get(then, part), key);
		const json_t *new = json_object_get(json_object_get(now, part), key);
		size_t used = strlen(line);
		if (old != new && !json_equal(old, new))
			snprintf(line + used, sizeof line - used, "%s%s", used ? ", " : "",
				 i == 0 ? "placing of the ends" : key);
	}
	if (line[0])
		complain("bench: the records are not of the same %s: ratios may have moved for that", line);
	if (fewer_rounds(then) || fewer_rounds(now))
		complain("bench: a record has less than %d rounds: it cannot be told what moved", FEWEST_COMPARED);
}

bool compare_found_worse(const json_t *comparison)
{
	size_t i;
	json_t *line;

	json_array_foreach(json_object_get(comparison, "comparison"), i, line)
		if (strcmp(record_text(line, "verdict"), "slower") == 0 ||
		    strcmp(record_text(line, "verdict"), "gone") == 0)
			return true;
	return false;
}

static void put_spread(struct figures *s, const json_t *spread_of)
{
	if (json_is_null(spread_of)) {
		figures_put(s, "%s", "");
		figures_put(s, "%s", "");
		return;
	}

	figures_put(s, "%.10g", bench_number(spread_of, "median"));
	figures_put(s, "%.10g-%.10g", bench_number(spread_of, "low"), bench_number(spread_of, "high"));
}

static void add_line(struct figures *s, const json_t *line)
{
	const char *extra = record_text(line, "extra"), *verdict = record_text(line, "verdict");
	char size[24];

	figures_put(s, "%s%s%s", record_text(line, "variant"), *extra ? " " : "", extra);
	figures_put(s, "%s", bytes_words(bench_count(line, "size"), size));
	figures_put(s, "%s/%s", record_text(line, "task"), record_text(line, "limit"));
	put_spread(s, json_object_get(line, "then"));
	put_spread(s, json_object_get(line, "now"));
	figures_put(s, "%s", strcmp(verdict, "same") == 0 ? "" : verdict);
}

static void put_raw_spread(struct figures *s, const json_t *spread_of)
{
	static const char *const keys[] = {"low", "median", "high", "rounds"};

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		if (json_is_null(spread_of))
			figures_put(s, "%s", "");
		else
			figures_put(s, "%.10g", bench_number(spread_of, keys[i]));
	}
}

static void add_raw_line(struct figures *s, const json_t *line)
{
	const char *extra = record_text(line, "extra");

	figures_put(s, "%s", record_text(line, "variant"));
	figures_put(s, "%s", extra + (*extra == '+'));
	figures_put(s, "%llu", bench_count(line, "size"));
	figures_put(s, "%s", record_text(line, "task"));
	figures_put(s, "%s", record_text(line, "limit"));
	put_raw_spread(s, json_object_get(line, "then"));
	put_raw_spread(s, json_object_get(line, "now"));
	figures_put(s, "%s", record_text(line, "verdict"));
}

static void print_conditions(FILE *out, const json_t *comparison, enum format format)
{
	const json_t *drifted = json_object_get(comparison, "drifted");

	fprintf(out,
		"\nSPREAD: the middle 80 %% of the rounds. MOVED: the spreads do not overlap, and the medians\n"
		"are 5 %% apart or more; few: less than %d rounds, of which nothing is told.\n",
		FEWEST_COMPARED);
	bench_print_drifted(out, json_object_get(drifted, "then"), "the old one", format);
	bench_print_drifted(out, json_object_get(drifted, "now"), "the new one", format);
}

int compare_print(FILE *out, const json_t *comparison, enum format format)
{
	static const char *const headings[] = {"-MECHANISM", "SIZE",   "-RATIO", "THEN", "SPREAD",
					       "NOW",        "SPREAD", "-MOVED", NULL};
	static const char *const csv_headings[] = {"variant",     "extra",    "size_bytes",  "task",
						   "limit",       "then_low", "then_median", "then_high",
						   "then_rounds", "now_low",  "now_median",  "now_high",
						   "now_rounds",  "verdict",  NULL};
	bool csv = format == FORMAT_CSV;
	struct figures s;
	size_t i;
	json_t *line;
	int bad;

	if (format == FORMAT_JSON)
		return figures_dump(out, comparison);
	figures_begin(&s, csv ? csv_headings : headings);
	json_array_foreach(json_object_get(comparison, "comparison"), i, line)
		(csv ? add_raw_line : add_line)(&s, line);
	bad = figures_print(out, &s, format);
	figures_free(&s);
	if (!bad && !csv)
		print_conditions(out, comparison, format);
	return bad;
}

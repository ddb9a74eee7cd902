#include "grade/paper.h"

#include "measure.h"
#include "nearest.h"
#include "report/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int paper_share(int points, size_t n, size_t i)
{
	int each = points / (int)n;

	return each + ((int)i < points % (int)n ? 1 : 0);
}

static double in_points(int hundredths)
{
	return hundredths / 100.0;
}

static json_t *item(const char *id, const char *title, int points, int score, const char *status,
		    const char *measured, const char *hint)
{
	return json_pack("{s:s, s:s, s:s, s:f, s:f, s:s, s:s, s:s?}", "id", id, "title", title, "group", "delivery",
			 "points", in_points(points), "score", in_points(score), "status", status, "measured",
			 measured, "hint", hint);
}

json_t *paper_item(const char *id, const char *title, int points, int score, const char *measured, const char *hint)
{
	const char *status = score == points ? "passed" : score ? "partial" : "failed";

	return item(id, title, points, score, status, measured, score == points ? NULL : hint);
}

json_t *paper_dropped(const char *id, const char *title, const char *measured)
{
	return item(id, title, 0, 0, "not_checkable", measured, NULL);
}

json_t *paper_measure(struct selection *s)
{
	return select_rows(s, NULL, 0) ? measure_quietly(s) : NULL;
}

const json_t *paper_row(const json_t *rows, const char *name)
{
	for (size_t i = 0; i < json_array_size(rows); i++)
		if (strcasecmp(record_text(json_array_get(rows, i), "variant"), name) == 0)
			return json_array_get(rows, i);
	return NULL;
}

size_t paper_names(const json_t *rows, const char *names[PAPER_NAMES])
{
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(rows) && n < PAPER_NAMES; i++)
		names[n++] = record_text(json_array_get(rows, i), "variant");
	return n;
}

void paper_unknown(const char *what, const char *word, const char *const *names, size_t n, char *text, size_t size)
{
	const char *near = nearest(word, names, n);

	snprintf(text, size, "there is no %s '%s'%s%s%s", what, sheet_shown(word), near ? "; is '" : "",
		 near ? near : "", near ? "' meant?" : "");
}

static bool is_known(const char *word, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(names[i], word) == 0)
			return true;
	return false;
}

void paper_stray_lines(json_t *items, const struct sheet *s, const char *column, const char *what,
		       const char *const *names, size_t n)
{
	for (size_t i = 0; i < s->nrows; i++) {
		const char *word = sheet_cell(s, i, column);
		bool known = is_known(word, names, n);
		char id[32], title[80], measured[200];

		if (known && sheet_find(s, column, word) == i)
			continue;
		snprintf(id, sizeof id, "line_%zu", s->line[i]);
		snprintf(title, sizeof title, "line %zu (%s)", s->line[i], sheet_shown(word));
		snprintf(measured, sizeof measured, "another line for '%s': the first one counts", sheet_shown(word));
		if (!known)
			paper_unknown(what, word, names, n, measured, sizeof measured);
		json_array_append_new(items, item(id, title, 0, 0, "failed", measured, NULL));
	}
}

bool paper_decided(const json_t *cell)
{
	static const char *const words[] = {"measured", "not_applicable", "crashed", "hung"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(record_text(cell, "status"), words[i]) == 0)
			return true;
	return false;
}

static bool delivers(const json_t *row)
{
	return json_is_true(json_object_get(record_cell(row, "delivers"), "value"));
}

json_t *paper_controls(const json_t *rows)
{
	const json_t *heap = paper_row(rows, "malloc");
	bool heap_fails = heap && paper_decided(record_cell(heap, "delivers")) && !delivers(heap);
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(rows); i++)
		n += delivers(json_array_get(rows, i));
	return json_pack("[{s:s, s:b, s:o}, {s:s, s:b, s:s}]", "name", "reference", "passed", n > 0, "detail",
			 json_sprintf("%zu of %zu rows deliver", n, json_array_size(rows)), "name", "malloc",
			 "passed", heap_fails, "detail", heap_fails ? "does not deliver" : "should not deliver");
}

/* Without a control nothing is proved. */
static bool all_passed(const json_t *controls)
{
	for (size_t i = 0; i < json_array_size(controls); i++)
		if (!json_is_true(json_object_get(json_array_get(controls, i), "passed")))
			return false;
	return json_array_size(controls) > 0;
}

static int hundredths(const json_t *item, const char *key)
{
	return (int)(json_real_value(json_object_get(item, key)) * 100 + 0.5);
}

json_t *paper_not_graded(json_t *controls, const char *error)
{
	return json_pack("{s:s, s:s, s:f, s:i, s:o, s:[]}", "status", "grader_error", "error", error, "score", 0.0,
			 "max_score", 100, "controls", controls ? controls : json_array(), "items");
}

json_t *paper_graded(json_t *items, json_t *controls)
{
	int score = 0, points = 0;

	for (size_t i = 0; i < json_array_size(items); i++) {
		score += hundredths(json_array_get(items, i), "score");
		points += hundredths(json_array_get(items, i), "points");
	}
	if (all_passed(controls) && points == PAPER_POINTS)
		return json_pack("{s:s, s:n, s:f, s:i, s:o, s:o}", "status", "graded", "error", "score",
				 in_points(score), "max_score", 100, "controls", controls, "items", items);
	json_decref(items);
	return paper_not_graded(controls,
				points ? "a control failed: nothing is to be believed that was measured here"
				       : "nothing of this could be measured here");
}

/* Nothing was measured, so there is no control. */
json_t *paper_unreadable(const char *error)
{
	json_t *item = paper_item("file", "the file can be read", PAPER_POINTS, 0, error,
				  "Start from a fresh copy of the sheet, and save it as CSV in UTF-8.");

	return json_pack("{s:s, s:n, s:f, s:i, s:[], s:[o]}", "status", "graded", "error", "score", 0.0, "max_score",
			 100, "controls", "items", item);
}

void paper_words(const json_t *cell, char *text, size_t size)
{
	char *words = cell_line(cell);

	snprintf(text, size, "%s", words ? words : "");
	free(words);
}

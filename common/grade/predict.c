#include "grade/predict.h"

#include "grade/paper.h"
#include "grade/sheet.h"
#include "report/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The words for why a row does not deliver, and the cell that each of them stands for; NULL = whatever it is. */
static const struct reason {
	const char *word, *status, *saw, *signal;
} reasons[] = {
	{"copied", "measured", "stale", NULL},      {"zeros", "measured", "empty", NULL},
	{"garbled", "measured", "garbled", NULL},   {"nothing", "measured", "", NULL},
	{"not_mapped", "crashed", NULL, "SIGSEGV"}, {"no_size", "crashed", NULL, "SIGBUS"},
	{"crashes", "crashed", NULL, NULL},         {"hangs", "hung", NULL, NULL},
};

enum { REASONS = sizeof reasons / sizeof *reasons };

/* Of the points of a row that does not deliver, for the reason. */
enum { REASON_PERCENT = 30 };

static bool says(const json_t *cell, const char *key, const char *text)
{
	return !text || strcmp(record_text(cell, key), text) == 0;
}

static bool is_reason(const json_t *cell, const struct reason *r)
{
	return says(cell, "status", r->status) && says(cell, "saw", r->saw) && says(cell, "signal", r->signal);
}

static bool reason_right(const json_t *cell, const char *word)
{
	for (size_t i = 0; i < REASONS; i++)
		if (strcasecmp(reasons[i].word, word) == 0)
			return is_reason(cell, &reasons[i]);
	return false;
}

static const char *reason_of(const json_t *cell)
{
	size_t i = 0;

	while (i < REASONS - 1 && !is_reason(cell, &reasons[i]))
		i++;
	return reasons[i].word;
}

/* 1 yes, 0 no, -1 neither. */
static int answer_of(const char *text)
{
	static const char *const words[2][6] = {{"no", "n", "false", "0", "nein", "non"},
						{"yes", "y", "true", "1", "ja", "oui"}};

	for (int truth = 0; truth < 2; truth++)
		for (size_t i = 0; i < sizeof words[0] / sizeof *words[0]; i++)
			if (strcasecmp(words[truth][i], text) == 0)
				return truth;
	return -1;
}

static const char *hint_for(const json_t *row, int attempt, char *text, size_t size)
{
	const char *name = record_text(row, "variant");

	if (attempt <= 1)
		snprintf(text, size, "Where are the bytes while they travel, and does fork() copy that place?");
	else if (attempt == 2)
		snprintf(text, size, "Run it (make run ROW=%s) and compare the columns ADDRESS and FRAME.", name);
	else
		snprintf(text, size, "Read %s.", record_text(row, "man"));
	return text;
}

static json_t *judge(const json_t *row, int points, const char *answer, const char *why, int attempt)
{
	const json_t *cell = record_cell(row, "delivers");
	const char *name = record_text(row, "variant");
	bool truth = json_is_true(json_object_get(cell, "value"));
	bool right = answer_of(answer) == (truth ? 1 : 0);
	char measured[200], words[64], hint[160];
	int score = right ? points : 0;

	paper_words(cell, words, sizeof words);
	if (right && !truth && !reason_right(cell, why))
		score = points * (100 - REASON_PERCENT) / 100;
	if (!*answer)
		snprintf(measured, sizeof measured, "no answer; measured: %s", words);
	else if (!right)
		snprintf(measured, sizeof measured, "you said %s; measured: %s", sheet_shown(answer), words);
	else if (score < points)
		snprintf(measured, sizeof measured, "right, but '%s' is not why; measured: %s, which is '%s'",
			 sheet_shown(why), words, reason_of(cell));
	else
		snprintf(measured, sizeof measured, "%s", words);
	return paper_item(name, record_text(row, "title"), points, score, measured,
			  hint_for(row, attempt, hint, sizeof hint));
}

/* Whether a row counts, and on which half. */
static bool in_half(const json_t *row, bool delivers)
{
	const json_t *cell = record_cell(row, "delivers");

	return paper_decided(cell) && json_is_true(json_object_get(cell, "value")) == delivers;
}

static size_t count_half(const json_t *rows, bool delivers)
{
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(rows); i++)
		n += in_half(json_array_get(rows, i), delivers);
	return n;
}

/* An empty half leaves its points to the other one. */
static int points_of(const size_t n[2], bool delivers, size_t i)
{
	return paper_share(n[!delivers] ? PAPER_POINTS / 2 : PAPER_POINTS, n[delivers], i);
}

static json_t *judge_all(const json_t *rows, const struct sheet *s, int attempt)
{
	size_t n[2] = {count_half(rows, false), count_half(rows, true)}, seen[2] = {0, 0};
	json_t *items = json_array();

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		bool truth = in_half(row, true);
		const char *name = record_text(row, "variant");
		size_t at = sheet_find(s, "row", name);
		bool found = at < s->nrows;

		if (!truth && !in_half(row, false))
			json_array_append_new(items,
					      paper_dropped(name, record_text(row, "title"),
							    "could not be measured here, so it does not count"));
		else
			json_array_append_new(items, judge(row, points_of(n, truth, seen[truth]++),
							   found ? sheet_cell(s, at, "delivers") : "",
							   found ? sheet_cell(s, at, "why") : "", attempt));
	}
	return items;
}

/* Every line is about a row that there is, and no two about the same. */
static bool names_fit(const struct sheet *s, const json_t *rows, char error[SHEET_ERROR])
{
	for (size_t i = 0; i < s->nrows; i++) {
		const char *name = sheet_cell(s, i, "row");
		const char *what = !paper_row(rows, name)            ? "there is no row"
				   : sheet_find(s, "row", name) != i ? "there are two lines for"
								     : NULL;
		if (!what)
			continue;
		snprintf(error, SHEET_ERROR, "line %zu: %s '%s'", s->line[i], what, sheet_shown(name));
		return false;
	}
	return true;
}

json_t *predictions_against(const json_t *rows, const char *file, int attempt)
{
	struct sheet s;
	char error[SHEET_ERROR];
	json_t *paper;

	if (sheet_read(&s, file, error) && sheet_has(&s, "row", error) && sheet_has(&s, "delivers", error) &&
	    sheet_has(&s, "why", error) && names_fit(&s, rows, error))
		paper = paper_graded(judge_all(rows, &s, attempt), paper_controls(rows));
	else
		paper = s.ours ? paper_not_graded(NULL, error) : paper_unreadable(error);
	sheet_free(&s);
	return paper;
}

json_t *grade_predictions(const char *file, int attempt)
{
	struct selection s = {0};
	json_t *record, *paper = NULL;
	char delivers[] = "delivers";

	record = select_columns(&s, delivers) ? paper_measure(&s) : NULL;
	if (record)
		paper = predictions_against(json_object_get(record, "rows"), file, attempt);
	json_decref(record);
	select_free(&s);
	return paper;
}

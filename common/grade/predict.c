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

/* From this attempt on it is told what was measured: before that a wrong answer would buy the right one. */
enum { TELLING = 3 };

/* Nothing in it depends on what was measured, but for the last. */
static const char *hint_for(const json_t *row, const char *answer, bool delivery_right, int attempt, char *text,
			    size_t size)
{
	static const char *const steps[2][TELLING - 1] = {
		{"Where are the bytes while they travel, and does fork() copy that place?",
		 "fork() copies private memory and the table of descriptors; what they refer to in the kernel stays one."},
		{"What does the child find where it looks: old bytes, zeros, other bytes, or no memory at all?",
		 "When is that memory made, before fork() or after it, and does the child get a copy, fresh pages or none?"},
	};

	if (*answer && answer_of(answer) == -1)
		return "The column \"delivers\" says whether the message arrives, the column \"why\" why it does not.";
	if (attempt < TELLING)
		return steps[delivery_right][attempt < 1 ? 0 : attempt - 1];
	snprintf(text, size, "Read %s.", record_text(row, "man"));
	return text;
}

/* Appends what was measured, if it is told already. */
static void tell(const json_t *cell, int attempt, char *text, size_t size)
{
	bool truth = json_is_true(json_object_get(cell, "value"));
	size_t len = strlen(text);
	char words[64];

	if (attempt < TELLING)
		return;
	paper_words(cell, words, sizeof words);
	snprintf(text + len, size - len, "; measured: %s%s%s", words, truth ? "" : ", which is ",
		 truth ? "" : reason_of(cell));
}

/* What is said of an answer that is not worth all points. */
static void say_wrong(bool delivery_right, const char *answer, const char *why, char *text, size_t size)
{
	if (!*answer)
		snprintf(text, size, "no answer");
	else if (answer_of(answer) == -1)
		snprintf(text, size, "write yes or no; there is '%s'", sheet_shown(answer));
	else if (!delivery_right)
		snprintf(text, size, "you said %s, and that is wrong", sheet_shown(answer));
	else if (!*why)
		snprintf(text, size, "right, but it does not say why");
	else
		snprintf(text, size, "right, but '%s' is not why", sheet_shown(why));
}

/* With the name that the sheet has, by which its line is found. */
static const char *title_of(const json_t *row, char *text, size_t size)
{
	snprintf(text, size, "%s (%s)", record_text(row, "variant"), record_text(row, "title"));
	return text;
}

static json_t *judge(const json_t *row, int points, const char *answer, const char *why, int attempt)
{
	const json_t *cell = record_cell(row, "delivers");
	bool truth = json_is_true(json_object_get(cell, "value"));
	bool right = answer_of(answer) == (truth ? 1 : 0);
	char title[160], measured[200], hint[160];
	int score = right ? points : 0;

	if (right && !truth && !reason_right(cell, why))
		score = points * (100 - REASON_PERCENT) / 100;
	if (score == points) {
		paper_words(cell, measured, sizeof measured);
	} else {
		say_wrong(right, answer, why, measured, sizeof measured);
		tell(cell, attempt, measured, sizeof measured);
	}
	return paper_item(record_text(row, "variant"), title_of(row, title, sizeof title), points, score, measured,
			  hint_for(row, answer, right, attempt, hint, sizeof hint));
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
	const char *names[PAPER_NAMES];
	size_t n[2] = {count_half(rows, false), count_half(rows, true)}, seen[2] = {0, 0};
	json_t *items = json_array();

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		bool truth = in_half(row, true);
		const char *name = record_text(row, "variant");
		size_t at = sheet_find(s, "row", name);
		bool found = at < s->nrows;
		char title[160];

		if (!truth && !in_half(row, false))
			json_array_append_new(items,
					      paper_dropped(name, title_of(row, title, sizeof title),
							    "could not be measured here, so it does not count"));
		else
			json_array_append_new(items, judge(row, points_of(n, truth, seen[truth]++),
							   found ? sheet_cell(s, at, "delivers") : "",
							   found ? sheet_cell(s, at, "why") : "", attempt));
	}
	paper_stray_lines(items, s, "row", "row", names, paper_names(rows, names));
	return items;
}

json_t *predictions_against(const json_t *rows, const char *file, int attempt)
{
	struct sheet s;
	char error[SHEET_ERROR];
	json_t *paper;

	if (sheet_read(&s, file, error) && sheet_has(&s, "row", error) && sheet_has(&s, "delivers", error) &&
	    sheet_has(&s, "why", error))
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

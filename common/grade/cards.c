#include "grade/cards.h"

#include "grade/paper.h"
#include "grade/sheet.h"
#include "needs.h"
#include "registry.h"
#include "report/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CARDS_MAX = 64, NEEDS_TEXT = 256 };

/* A choice that no row is meant by. */
static const char no_row[] = "none";

struct card {
	const char *id;
	char text[NEEDS_TEXT]; /* the needs point into it */
	struct needs needs;
	size_t met;          /* rows that meet all needs */
	const char *unknown; /* the first column that leaves one of them open */
	size_t undecided;    /* rows that may, for some of their cells could not be measured and none says no */
	const char *choice;
	bool counts;
};

struct deck {
	struct sheet sheet;
	struct card cards[CARDS_MAX];
	size_t n;
};

static bool card_parse(struct card *c, const char *id, const char *needs)
{
	c->id = id;
	c->needs = needs_begin();
	snprintf(c->text, sizeof c->text, "%s", needs);
	return strlen(needs) < sizeof c->text && needs_parse(&c->needs, c->text);
}

static bool deck_parse(struct deck *d, const char *text)
{
	char error[SHEET_ERROR];

	if (!sheet_parse(&d->sheet, text, strlen(text), error) || !sheet_has(&d->sheet, "id", error) ||
	    !sheet_has(&d->sheet, "needs", error))
		return false;
	while (d->n < d->sheet.nrows && d->n < CARDS_MAX) {
		if (!card_parse(&d->cards[d->n], sheet_cell(&d->sheet, d->n, "id"),
				sheet_cell(&d->sheet, d->n, "needs")))
			return false;
		d->n++;
	}
	return true;
}

/* Those needs alone that were measured: what a row fails for certain, or NULL. */
static const struct need *failed_need(const struct needs *needs, const json_t *row)
{
	for (const struct need *need = needs->all; need < needs->all + needs->n; need++)
		if (paper_decided(record_cell(row, need->probe->name)) && !need_met(need, row))
			return need;
	return NULL;
}

static void count(struct card *c, const json_t *rows)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		if (!needs_unmet(&c->needs, row))
			c->met++;
		else if (!failed_need(&c->needs, row) && c->undecided++ == 0)
			c->unknown = needs_unmet(&c->needs, row)->probe->name;
	}
}

/* Of the matrix alone: a row meets the card, or none does for certain. What was chosen has no say in it. */
static bool card_counts(const struct card *c)
{
	return c->met > 0 || c->undecided == 0;
}

static const char *hint_for(const struct need *need, const json_t *row, int attempt, char *text, size_t size)
{
	if (!need)
		snprintf(text, size,
			 attempt <= 1 ? "Which sentence of the story asks for most?"
				      : "Which rows are left: see 'ipckit pick --help'.");
	else if (attempt <= 1)
		snprintf(text, size, "Which words of the story ask this: %s", need->probe->question);
	else if (attempt == 2)
		snprintf(text, size, "Look at that column of all rows: ipckit matrix --columns=%s",
			 need->probe->name);
	else
		snprintf(text, size, "Read %s.", record_text(row, "man"));
	return text;
}

/* "pipe: framing is stream; the card needs framing=message". */
static void ruled_out(const json_t *row, const struct need *need, char *text, size_t size)
{
	char words[64];
	json_t *said = need_record(need);

	paper_words(record_cell(row, need->probe->name), words, sizeof words);
	if (strcmp(words, "-") == 0)
		snprintf(words, sizeof words, "that it does not apply");
	snprintf(text, size, "%s: the cell %s says %s; the card needs %s", record_text(row, "variant"),
		 need->probe->name, words, said ? json_string_value(said) : "");
	json_decref(said);
}

/* A choice that may be right: it is told so, but what was not measured earns nothing. */
static json_t *judge_unknown(const struct card *c, const json_t *row, const struct need *need, int points,
			     int attempt)
{
	const char *column = need->probe->name;
	char measured[200], hint[200], words[64];

	paper_words(record_cell(row, column), words, sizeof words);
	snprintf(measured, sizeof measured,
		 "%s: the cell %s could not be measured here (%s), so nothing says that it fits",
		 record_text(row, "variant"), column, words);
	if (attempt <= 1)
		snprintf(hint, sizeof hint, "Which rows meet the card by cells that were measured?");
	else
		snprintf(hint, sizeof hint, "Look at that column of all rows: ipckit matrix --columns=%s", column);
	return paper_item(c->id, c->id, points, 0, measured, hint);
}

static json_t *judge_row(const struct card *c, const json_t *row, int points, int attempt)
{
	const struct need *failed = failed_need(&c->needs, row), *unmet = needs_unmet(&c->needs, row);
	char measured[200], hint[200];

	if (!failed && unmet)
		return judge_unknown(c, row, unmet, points, attempt);
	snprintf(measured, sizeof measured, "%s meets all needs", record_text(row, "variant"));
	if (!failed)
		return paper_item(c->id, c->id, points, points, measured, NULL);
	ruled_out(row, failed, measured, sizeof measured);
	return paper_item(c->id, c->id, points, 0, measured, hint_for(failed, row, attempt, hint, sizeof hint));
}

static json_t *judge(const struct card *c, const json_t *rows, int points, int attempt)
{
	const char *choice = c->choice;
	const json_t *row = paper_row(rows, choice);
	bool none = strcasecmp(choice, no_row) == 0;
	const char *names[PAPER_NAMES];
	char measured[200], hint[200];

	if (row)
		return judge_row(c, row, points, attempt);
	if (none && c->met == 0)
		return paper_item(c->id, c->id, points, points, "no row meets all needs", NULL);
	if (none)
		snprintf(measured, sizeof measured, "there is a row that meets all needs");
	else if (*choice)
		paper_unknown("row", choice, names, paper_names(rows, names), measured, sizeof measured);
	else
		snprintf(measured, sizeof measured, "no answer");
	return paper_item(c->id, c->id, points, 0, measured, hint_for(NULL, NULL, attempt, hint, sizeof hint));
}

/* Returns how many cards count. */
static size_t look_at(struct deck *d, const json_t *rows, const struct sheet *s)
{
	size_t n = 0;

	for (struct card *c = d->cards; c < d->cards + d->n; c++) {
		size_t line = sheet_find(s, "id", c->id);
		c->choice = line < s->nrows ? sheet_cell(s, line, "row") : "";
		count(c, rows);
		c->counts = card_counts(c);
		n += c->counts;
	}
	return n;
}

static json_t *dropped(const struct card *c)
{
	char why[120];

	snprintf(why, sizeof why, "the column %s cannot be measured here, so this card does not count", c->unknown);
	return paper_dropped(c->id, c->id, why);
}

static json_t *judge_all(const struct deck *d, const json_t *rows, const struct sheet *s, size_t counting,
			 int attempt)
{
	const char *ids[CARDS_MAX];
	json_t *items = json_array();
	size_t at = 0;

	for (const struct card *c = d->cards; c < d->cards + d->n; c++)
		json_array_append_new(items,
				      c->counts ? judge(c, rows, paper_share(PAPER_POINTS, counting, at++), attempt)
						: dropped(c));
	for (size_t i = 0; i < d->n; i++)
		ids[i] = d->cards[i].id;
	paper_stray_lines(items, s, "id", "card", ids, d->n);
	return items;
}

/* Where less than this part of the cards counts, the rest would say too little about a student. */
enum { COUNTING_PERCENT = 66 };

static json_t *marks(struct deck *d, const json_t *rows, const struct sheet *s, int attempt)
{
	size_t counting = look_at(d, rows, s);

	if (counting * 100 < d->n * COUNTING_PERCENT)
		return paper_not_graded(paper_controls(rows), "too few of the cards can be measured here");
	return paper_graded(judge_all(d, rows, s, counting, attempt), paper_controls(rows));
}

static json_t *graded_by(struct deck *d, const json_t *rows, const char *file, int attempt)
{
	struct sheet s;
	char error[SHEET_ERROR];
	bool fits = sheet_read(&s, file, error) && sheet_has(&s, "id", error) && sheet_has(&s, "row", error);
	json_t *paper = fits     ? marks(d, rows, &s, attempt)
			: s.ours ? paper_not_graded(NULL, error)
				 : paper_unreadable(error);

	sheet_free(&s);
	return paper;
}

json_t *cards_against(const char *cards, const json_t *rows, const char *file, int attempt)
{
	struct deck *d = calloc(1, sizeof *d);
	json_t *paper = NULL;

	if (d && deck_parse(d, cards))
		paper = graded_by(d, rows, file, attempt);
	if (d)
		sheet_free(&d->sheet);
	free(d);
	return paper;
}

/* The columns that some card asks about. */
static bool select_asked(struct selection *s, const struct deck *d)
{
	s->probes = calloc(CARDS_MAX * NEEDS_MAX, sizeof *s->probes);
	for (const struct card *c = d->cards; s->probes && c < d->cards + d->n; c++)
		for (size_t i = 0; i < c->needs.n; i++)
			select_add(s, c->needs.all[i].probe);
	return s->probes != NULL;
}

json_t *grade_cards(const char *file, int attempt)
{
	struct deck *d = calloc(1, sizeof *d);
	struct selection s = {0};
	json_t *record = NULL, *paper = NULL;

	if (d && deck_parse(d, cards_text) && select_asked(&s, d))
		record = paper_measure(&s);
	if (record)
		paper = graded_by(d, json_object_get(record, "rows"), file, attempt);
	json_decref(record);
	select_free(&s);
	if (d)
		sheet_free(&d->sheet);
	free(d);
	return paper;
}

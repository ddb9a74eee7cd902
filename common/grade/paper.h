/*
 * paper.h - what the two levels without a program (L0, L7) have in common: answers that are compared with measured cells
 *
 * A paper becomes the part of the canonical record that is not the same for all levels:
 * {"status", "error", "score", "max_score", "controls", "items"}; see README.md.
 */
#ifndef IPCKIT_GRADE_PAPER_H
#define IPCKIT_GRADE_PAPER_H

#include "grade/sheet.h"
#include "select.h"

#include <jansson.h>
#include <stdbool.h>

/* Points are counted in hundredths: 100.00 are shared out without a remainder. */
enum { PAPER_POINTS = 10000 };

/* What the i-th of n equal shares of `points` gets. */
int paper_share(int points, size_t n, size_t i);

/* One item. `score` and `points` are hundredths. measured is copied; hint may be NULL. */
json_t *paper_item(const char *id, const char *title, int points, int score, const char *measured, const char *hint);

/* An item that could not be measured here: it has no points. */
json_t *paper_dropped(const char *id, const char *title, const char *measured);

/* The cells of all rows in these columns, or NULL: it has been said why not. */
json_t *paper_measure(struct selection *s);

/*
 * Measured cells are only believed when they tell the malloc row from the others: "malloc" must not deliver, and some
 * row must ("reference"). New reference.
 */
json_t *paper_controls(const json_t *rows);

/* Finished papers; `items` and `controls` are taken over. */
json_t *paper_graded(json_t *items, json_t *controls);
json_t *paper_not_graded(json_t *controls, const char *error);

/* A file whose content is no answer (not one that the machine could not read): no points, and one line that says why. */
json_t *paper_unreadable(const char *error);

/* The row of the record, in whatever case its name is written, or NULL. */
const json_t *paper_row(const json_t *rows, const char *name);

enum { PAPER_NAMES = 256 };

/* The names of the rows. Returns how many. */
size_t paper_names(const json_t *rows, const char *names[PAPER_NAMES]);

/* "there is no row 'pip'; is 'pipe' meant?" */
void paper_unknown(const char *what, const char *word, const char *const *names, size_t n, char *text, size_t size);

/*
 * Appends an item without points for each line that answers nothing: in that column it has none of the names, or
 * one that was there before. The others are not to suffer for it.
 */
void paper_stray_lines(json_t *items, const struct sheet *s, const char *column, const char *what,
		       const char *const *names, size_t n);

/* True for a cell that says something; refused, unsupported and failed ones do not. */
bool paper_decided(const json_t *cell);

/* "no: stale", as the tables say it, in one line. */
void paper_words(const json_t *cell, char *text, size_t size);

#endif

/*
 * cards.h - level L7: a row for each scenario card, chosen by a student
 */
#ifndef IPCKIT_GRADE_CARDS_H
#define IPCKIT_GRADE_CARDS_H

#include <jansson.h>

/* The cards that the program was built with: variants/exercise/cards.csv. */
extern const char cards_text[];

/*
 * Grades a file with the columns id and row against the cards of the program; see paper.h for what is returned (a new
 * reference; NULL: no memory, or it has been said why nothing could be measured). Which rows meet a card is measured now
 * and written down nowhere; "none" is right where no row does. The needs in the student's file are not looked at. Hints
 * depend on `attempt`, from 1.
 */
json_t *grade_cards(const char *file, int attempt);

/* The same with other cards, and rows that have been measured already. */
json_t *cards_against(const char *cards, const json_t *rows, const char *file, int attempt);

#endif

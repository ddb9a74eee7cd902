/*
 * words.h - a cell in a few words, the same in every table
 */
#ifndef IPCKIT_REPORT_WORDS_H
#define IPCKIT_REPORT_WORDS_H

#include <jansson.h>
#include <stdbool.h>

/* How the words look on a terminal: as they are, what one hopes for, what one does not, what could not be tried. */
enum tone { PLAIN, GOOD, BAD, DENIED };

/*
 * "yes", "no: stale", "refused EPERM", "64K" … in printable ASCII. A newline instead of a space stands where the words
 * may be broken over two lines. The caller frees it; NULL: no memory.
 */
char *cell_words(const json_t *cell);

/* The same in one line. */
char *cell_line(const json_t *cell);

enum tone cell_tone(const json_t *cell, const char *column);

/* The cell holds a figure of the parent and one of the child, and its words show them. */
bool cell_is_pair(const json_t *cell);

/* A member's text, or "". */
const char *record_text(const json_t *object, const char *key);

const json_t *record_cell(const json_t *row, const char *column);

#endif

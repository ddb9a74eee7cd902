/*
 * fold.h - text in lines that a terminal does not have to break
 */
#ifndef IPCKIT_REPORT_FOLD_H
#define IPCKIT_REPORT_FOLD_H

#include <stddef.h>
#include <stdio.h>

/*
 * Prints the words and a newline, in lines of at most `width` columns: the first goes on at column `at`, the others
 * begin at column `indent`. A word that is longer than that gets a line of its own.
 */
void fold(FILE *out, const char *text, size_t at, size_t indent, size_t width);

/* The same at the width of a terminal. Elsewhere it is one line, since programs take each line as an entry. */
void fold_entry(FILE *out, const char *text, size_t at);

#endif

/*
 * text.h - text from rows, the kernel and other processes, made harmless
 *
 * Nothing that is printed may move a cursor or hide a word, so what is not printable is spelled out: \x1b, \u202e.
 */
#ifndef IPCKIT_REPORT_TEXT_H
#define IPCKIT_REPORT_TEXT_H

#include <stddef.h>
#include <stdio.h>

/* A copy of at most max bytes of s (NULL = "") as valid UTF-8: invalid bytes and DEL become U+FFFD. NULL: no memory. */
char *text_clean(const char *s, size_t max);

/* Prints UTF-8 (NULL = nothing); control, line-breaking, direction-changing and invisible characters are spelled out. */
void text_put(FILE *out, const char *s);

/* What text_put() prints, as a new string: two different names do not become the same. NULL: no memory. */
char *text_shown(const char *s);

/* The last part of a path as text_shown() makes it; NULL = "". NULL: no memory. */
char *text_file_name(const char *path);

/* What `print` prints, one of the two here, as a new string. NULL: no memory. */
char *text_printed(void (*print)(FILE *out, const char *s), const char *s);

/* Puts a space for each line break; NULL = nothing. */
void text_one_line(char *text);

/* Prints like text_put(), and everything outside ASCII is spelled out too: such text has one byte per terminal column. */
void text_put_ascii(FILE *out, const char *s);

#endif

/*
 * escape.h - text as a field of CSV or Markdown
 *
 * Characters that move a cursor are spelled out first (text.h). Each returns 0 or -ENOMEM.
 */
#ifndef IPCKIT_REPORT_ESCAPE_H
#define IPCKIT_REPORT_ESCAPE_H

#include <stdio.h>

/* What begins with = + - or @, at the start or behind a semicolon, gets an apostrophe: a spreadsheet would run it as a formula. */
int csv_put(FILE *out, const char *s);

/* Text that Markdown shows as it is, in one line, without links to addresses or people; a newline becomes a space, what is not ASCII is spelled out. */
int markdown_put(FILE *out, const char *s);

#endif

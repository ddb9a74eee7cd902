/*
 * markdown.h - the table as a pipe table (GitHub Flavored Markdown), with the words of the terminal's table
 */
#ifndef IPCKIT_REPORT_MARKDOWN_H
#define IPCKIT_REPORT_MARKDOWN_H

#include "report/look.h"

#include <jansson.h>

/* 0 or -errno. */
int markdown_print(FILE *out, const json_t *record, const struct look *look);

#endif

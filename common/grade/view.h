/*
 * view.h - prints the record of a submission
 */
#ifndef IPCKIT_GRADE_VIEW_H
#define IPCKIT_GRADE_VIEW_H

#include <jansson.h>
#include <stdio.h>

/* As json, or as a list for people. 0 or -errno. */
int grade_view(FILE *out, const json_t *record, const char *format);

#endif

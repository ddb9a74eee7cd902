/*
 * look.h - what the place that a table is printed to can show
 */
#ifndef IPCKIT_REPORT_LOOK_H
#define IPCKIT_REPORT_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct look {
	size_t width;  /* of a terminal; otherwise the environment's COLUMNS, or 80 */
	bool rewrites; /* a terminal that is not dumb: it can write over a line */
	bool colour;   /* the same, and NO_COLOR is unset or empty */
};

struct look look_of(FILE *out);

#endif

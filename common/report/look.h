/*
 * look.h - what the place that a table is printed to can show
 */
#ifndef IPCKIT_REPORT_LOOK_H
#define IPCKIT_REPORT_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct look {
	size_t width; /* of a terminal; otherwise the environment's COLUMNS, or 80 */
	bool colour;  /* a terminal that is not dumb, and NO_COLOR is unset or empty */
};

struct look look_of(FILE *out);

#endif

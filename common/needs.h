/*
 * needs.h - what somebody needs of a row, as conditions on its measured cells
 */
#ifndef IPCKIT_NEEDS_H
#define IPCKIT_NEEDS_H

#include "probe.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* One condition on the cells of a column. */
struct need {
	const struct probe *probe;
	const char *value;  /* what the cell must say; NULL = anything but a no */
	long long at_least; /* 0 = no minimum */
};

enum { NEEDS_MAX = 32 };

struct needs {
	struct need all[NEEDS_MAX];
	size_t n;
};

/* No conditions yet but the one that is never left out: it delivers. */
struct needs needs_begin(void);

/*
 * Adds the conditions of a text, which is cut up and must stay: "a,b=value,c>=1M" for needs_parse(), "a=1M,b=64K" for
 * needs_parse_minimums(). False: it has been said what is wrong.
 */
bool needs_parse(struct needs *needs, char *text);
bool needs_parse_minimums(struct needs *needs, char *text);

/* The row of the record meets it. */
bool need_met(const struct need *need, const json_t *row);

/* One of them is on the cells of that column. */
bool needs_ask(const struct needs *needs, const struct probe *probe);

/* The first condition that a row of the record does not meet, or NULL. */
const struct need *needs_unmet(const struct needs *needs, const json_t *row);

/* Complains of each condition that no row of the record meets, and says what there is: it may be a slip of the pen. */
void needs_doubt(const struct needs *needs, const json_t *rows);

/* "framing=message", as a new JSON string. */
json_t *need_record(const struct need *need);

#endif

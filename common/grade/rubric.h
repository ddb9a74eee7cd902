/*
 * rubric.h - from what was measured to points
 */
#ifndef IPCKIT_GRADE_RUBRIC_H
#define IPCKIT_GRADE_RUBRIC_H

#include "grade/findings.h"

#include <jansson.h>

/* Points of an item at that level, in hundredths: what the level asks adds up to 10000. 0 = not asked. */
unsigned rubric_points(const struct level *l, enum item item);

/* Items whose prerequisite failed become "nothing found"; what nobody has looked at too. */
void rubric_settle(struct findings *f, const struct level *l);

/* The "items" of the record; the points reached, in hundredths, go to *score. */
json_t *rubric_items(const struct findings *f, const struct level *l, int attempt, unsigned *score);

#endif

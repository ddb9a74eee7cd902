/*
 * hints.h - what to tell a student, by what was measured
 */
#ifndef IPCKIT_GRADE_HINTS_H
#define IPCKIT_GRADE_HINTS_H

#include "grade/levels.h"

/* A question at the first attempt, a pointer at the second, a manual page from the third on; never code. */
const char *hint_for(const struct level *l, enum item item, const char *cause, int attempt);

#endif

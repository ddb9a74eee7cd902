/*
 * class_view.h - a class at one look
 */
#ifndef IPCKIT_GRADE_CLASS_VIEW_H
#define IPCKIT_GRADE_CLASS_VIEW_H

#include "grade/ledger.h"

#include <stdio.h>

/* Writes class.csv: a line for each student and item, and one with each student's total. False: it has been said. */
bool class_write_csv(struct ledger *l, const struct submissions *s);

struct class_count {
	size_t graded, errors;
	size_t refused; /* there was no file that could be graded */
};

/* Prints which items failed most, the mean, and how many have no grade. */
int class_print(FILE *out, const struct ledger *l, const struct submissions *s, struct class_count *count);

#endif

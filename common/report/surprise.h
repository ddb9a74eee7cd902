/*
 * surprise.h - does a row behave as its textbook says?
 */
#ifndef IPCKIT_REPORT_SURPRISE_H
#define IPCKIT_REPORT_SURPRISE_H

#include "report/results.h"

/*
 * Its delivery has another outcome than variant.expect, an experiment hung, failed, or crashed where that is not
 * expected of the row, or something was left behind. What the kernel or a sandbox refuses is never a surprise.
 */
bool row_surprises(const struct results *r, size_t row);

#endif

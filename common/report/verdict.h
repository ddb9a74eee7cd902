/*
 * verdict.h - what the cells say together, in three sentences of printable ASCII
 *
 * The caller frees them. An empty text: there is nothing of the kind to say. NULL: no memory.
 */
#ifndef IPCKIT_REPORT_VERDICT_H
#define IPCKIT_REPORT_VERDICT_H

#include <jansson.h>

/* "malloc does not deliver: one address, two page frames. 7 of 10 ways do."; at most 80 characters. */
char *verdict_text(const json_t *record);

/* "7 delivered, 3 not delivered, 0 could not run" */
char *counts_text(const json_t *record);

/* "surprises: fifo, pipe" */
char *surprises_text(const json_t *record);

#endif

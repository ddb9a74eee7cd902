/*
 * measure.h - all cells of a selection: runs them, complains of what could not run, makes the record
 */
#ifndef IPCKIT_MEASURE_H
#define IPCKIT_MEASURE_H

#include "select.h"

#include <jansson.h>

/* The record (report/record.h), which the caller decrefs; NULL: it has been said why. A signal ends the program. */
json_t *measure(const struct selection *s);

/* The same, and nothing is said of cells that could not be measured. */
json_t *measure_quietly(const struct selection *s);

#endif

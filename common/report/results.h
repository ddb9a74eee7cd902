/*
 * results.h - what a run measured: the cells of some rows and columns
 */
#ifndef IPCKIT_REPORT_RESULTS_H
#define IPCKIT_REPORT_RESULTS_H

#include "registry.h"

struct results {
	const struct row *const *rows;
	size_t nrows;
	const struct probe *const *probes;
	size_t nprobes;
	const struct cell *cells; /* row by row: cells[row * nprobes + probe] */
};

#endif

/*
 * plot.h - a record of a bench as curves over the message size, for gnuplot
 */
#ifndef IPCKIT_BENCH_PLOT_H
#define IPCKIT_BENCH_PLOT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/*
 * Writes latency.gp and throughput.gp into a folder, each with its data inside, so that `gnuplot latency.gp` run there
 * makes latency.svg and latency.png: log-log, a line for each row, the limits dashed. 0 or -errno.
 */
int bench_plots(const json_t *record, const char *folder);

/* Makes the folder where there is none. False: no file can be made there, which has been said. */
bool plot_folder(const char *folder);

/* Opens STEM.gp in a folder, which is made where there is none; NULL: see errno. */
FILE *plot_open(const char *folder, const char *stem);

/* Closes it. 0 or -errno: what was written has not arrived. */
int plot_close(FILE *out);

/* Sets the title: what is shown, and the machine that it was measured on. */
void plot_title(FILE *out, const json_t *record, const char *title);

#endif

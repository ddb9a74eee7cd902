/*
 * rounds.h - runs a plan: every round gives each limit and each lane a short turn, so that all meet the same weather
 */
#ifndef IPCKIT_BENCH_ROUNDS_H
#define IPCKIT_BENCH_ROUNDS_H

#include "bench/plan.h"

/*
 * supervisor_begin() has been called. Lanes that together would need too much memory take their rounds one group after
 * the other. A signal ends it early; lane_stop_signal() tells which. All processes have ended afterwards.
 */
void rounds_run(struct plan *p);

#endif

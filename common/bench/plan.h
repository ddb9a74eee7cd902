/*
 * plan.h - which lanes a bench has
 */
#ifndef IPCKIT_BENCH_PLAN_H
#define IPCKIT_BENCH_PLAN_H

#include "bench/lane.h"
#include "bench/settings.h"
#include "select.h"

/* A limit of the machine, in the rounds of each group, one group after the other: ns for one; 0 where there was none. */
struct limit_rounds {
	enum limit limit;
	size_t size; /* LIMIT_COPY: bytes; otherwise 0 */
	double *ns;
	struct cell why; /* it is not measured any more; otherwise the detail is empty */
};

struct plan {
	const struct settings *settings;
	struct lane *lanes; /* group by group: the rows', then a bare ring for each size */
	size_t nlanes;
	unsigned ngroups;
	size_t memory, used; /* bytes that a group may have; that the last one has */
	struct lane limits_lane;
	struct limit_rounds *limits;
	size_t nlimits;
	unsigned rounds_done;
	double elapsed_s; /* from the first group's start until the last has ended */
	bool interrupted;
};

/* Lanes that together need more than `memory` bytes are in different groups. False: no memory. plan_free() is for both. */
bool plan_make(struct plan *p, const struct settings *settings, const struct selection *rows, size_t memory);
void plan_free(struct plan *p);

/* The size that a row carries when asked for `asked`. */
size_t plan_size(const struct variant *v, size_t asked);

/* How much memory a lane takes, about. */
size_t plan_memory(const struct lane *l);

#endif

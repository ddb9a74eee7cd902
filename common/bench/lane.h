/*
 * lane.h - one line of the bench: a row with a hand-over and a message size, in two processes of its own
 *
 * The processes live as long as the lane, asleep between the orders, so that no set-up is timed. Nothing that the row
 * does to them reaches another lane: who crashes, fails or does not get on is ended, and the lane says why.
 */
#ifndef IPCKIT_BENCH_LANE_H
#define IPCKIT_BENCH_LANE_H

#include "bench/pair.h"
#include "cell.h"

#include <stdbool.h>
#include <stddef.h>

struct lane {
	const struct variant *variant; /* NULL = the limits of the machine */
	enum extra extra;
	size_t asked, size;          /* bytes of a message: as the user said; as the row can carry */
	bool skipped;                /* not to be started: the outcomes say why */
	bool unsuitable;             /* the extra means nothing to this row: not to be shown */
	bool hidden;                 /* it is there for the lanes beside it, and the record has such a row already */
	unsigned group;              /* lanes of one group take their rounds together */
	struct cell outcome[TASKS];  /* of ROUND_TRIP and THROUGHPUT: MEASURED once a round has ended */
	struct batch *rounds[TASKS]; /* one for each round; without messages where there was none */
	double *samples;             /* of single round trips, ns */
	size_t nsamples;
	long long setup_ns;
	double syscalls; /* of both ends for one message; -1 = not counted */

	long long spent_ns;      /* what the bench has waited for it so far */
	unsigned nrounds;        /* that it has had */
	struct control *control; /* NULL = never started */
	bool running;
	pid_t keeper;            /* the owner's parent: a row that kills its parent does not reach the bench */
	int keeper_fd, pidfd[2]; /* of the keeper and both ends; -1 = not there yet */
	char name[WAYS][LINK_NAME_SIZE];
};

/* The signal that asks the bench to stop, once one has come; 0 before. */
int lane_stop_signal(void);

/* Starts both processes and waits until the first message has arrived in both directions. False: see the outcomes. */
bool lane_start(struct lane *l, const struct cpus *cpus);

/*
 * Has an order carried out; the batch is then in l->control. False: it failed, or a signal came. A task that failed is
 * not tried again, and the lane is started anew for the other one.
 */
bool lane_do(struct lane *l, const struct cpus *cpus, const struct order *order);

/* Ends both processes, in good order if they can, and removes what they left. */
void lane_stop(struct lane *l);

/* The lane has something to do, and processes to do it. */
bool lane_wants(const struct lane *l, enum task task);

#endif

#include "bench/rounds.h"

#include "activity.h"
#include "bench/syscalls.h"
#include "bytes.h"
#include "clock.h"
#include "report/progress.h"

#include <stdio.h>
#include <string.h>

enum {
	LEAST_BATCH_NS = 200 * NS_PER_US,
	STEP = 7,   /* each round begins this many lanes further on */
	FEWEST = 3, /* rounds that a slow lane has, unless it is very slow */
	SHARES = 3, /* of the time, that it may use before it is left out */
	VERY_SLOW_S = 3,
	WARM_UPS = 16,  /* at most */
	FEW_PAGES = 16, /* that a batch may touch for the first time whatever the row does */
};

/* Lanes that take their rounds together. */
struct group {
	struct plan *plan;
	struct lane *lanes;
	size_t n;
	long long ends;     /* when its time is over, by the clock */
	long long later_ns; /* that the groups after it have */
	unsigned round;     /* 0 is the warm-up, which is not kept */
};

/* How many lanes are in the group of the first. */
static size_t group_size(const struct lane *lanes, size_t n)
{
	size_t i = 0;

	while (i < n && lanes[i].group == lanes[0].group)
		i++;
	return i;
}

static void show_progress(const struct group *g, const struct lane *l)
{
	char size[24], part[48] = "";
	long long left = g->ends - clock_now();

	if (g->plan->ngroups > 1)
		snprintf(part, sizeof part, "part %u of %u, ", l->group + 1, g->plan->ngroups);
	left = ((left > 0 ? left : 0) + g->later_ns) / NS_PER_S;
	progress_show("%sround %u of %u: %s%s %s, %lld s left", part, g->round, g->plan->settings->rounds,
		      l->variant->name, extra_name(l->extra), bytes_words(l->size, size), left);
}

/* A batch's share of the time that is left. */
static long long batch_ns(const struct group *g)
{
	size_t batches = g->plan->nlimits;
	long long left = g->ends - clock_now();
	unsigned rounds = g->plan->settings->rounds + 1 - g->round;

	for (size_t i = 0; i < g->n; i++)
		for (int task = 0; task < TASKS; task++)
			batches += lane_wants(&g->lanes[i], (enum task)task);
	left /= (long long)(batches ? batches : 1) * rounds;
	return left > LEAST_BATCH_NS ? left : LEAST_BATCH_NS;
}

static void keep_limit(const struct group *g, struct limit_rounds *limit, const struct batch *b)
{
	if (b->error)
		cell_error(&limit->why, b->error, b->call, limit_name(limit->limit));
	else if (g->round > 0 && b->messages > 0)
		limit->ns[g->lanes->group * g->plan->settings->rounds + g->round - 1] =
			(double)b->ns / (double)b->messages;
}

/* A limit at which its lane broke off is not measured any more; the others are, in a new lane. */
static void give_up_limit(struct plan *p, struct limit_rounds *limit)
{
	struct lane *l = &p->limits_lane;

	if (lane_stop_signal())
		return;
	limit->why = l->outcome[ROUND_TRIP];
	memset(l->outcome, 0, sizeof l->outcome);
	l->running = lane_start(l, &p->settings->cpus);
}

static void run_limits(struct group *g, long long ns)
{
	struct plan *p = g->plan;

	for (size_t i = 0; i < p->nlimits && !lane_stop_signal(); i++) {
		struct limit_rounds *limit = &p->limits[i];
		const struct order order = {.task = LIMIT, .limit = limit->limit, .size = limit->size, .ns = ns};
		if (limit->why.detail[0] || !p->limits_lane.running)
			continue;
		if (lane_do(&p->limits_lane, &p->settings->cpus, &order))
			keep_limit(g, limit, &p->limits_lane.control->batch);
		else
			give_up_limit(p, limit);
	}
}

static void keep(struct lane *l, enum task task, unsigned round)
{
	const struct control *c = l->control;

	l->rounds[task][round - 1] = c->batch;
	l->outcome[task].status = MEASURED;
	for (unsigned i = 0; task == ROUND_TRIP && i < c->batch.nsamples && i < SAMPLES; i++)
		l->samples[l->nsamples++] = (double)c->samples[i];
}

/* Page faults of both ends so far. */
static unsigned long long faults_of(const struct lane *l)
{
	unsigned long long faults = 0;

	for (int i = 0; i < 2; i++) {
		struct activity a;
		if (activity_read(atomic_load(&l->control->pid[i]), &a) == 0)
			faults += a.faults;
	}
	return faults;
}

static bool run_batch(const struct group *g, struct lane *l, const struct order *order)
{
	unsigned long long before = faults_of(l);

	if (!lane_do(l, &g->plan->settings->cpus, order))
		return false;
	l->control->batch.faults = faults_of(l) - before;
	return true;
}

/*
 * Until the row's memory has been gone round, or for some time: two batches find hardly a new page, since the first was
 * short if it did not know yet what a message takes.
 */
static void warm_up(const struct group *g, struct lane *l, const struct order *order)
{
	long long ends = clock_now() + WARM_UPS * order->ns;
	int quiet = 0;

	while (quiet < 2 && run_batch(g, l, order) && clock_now() < ends)
		quiet = l->control->batch.faults > FEW_PAGES ? 0 : quiet + 1;
}

static void run_lane(struct group *g, struct lane *l, long long ns)
{
	for (int task = 0; task < TASKS && !lane_stop_signal(); task++) {
		const struct order order = {.task = (enum task)task, .ns = g->round ? ns : ns / 2};
		if (!lane_wants(l, order.task))
			continue;
		if (g->round == 0)
			warm_up(g, l, &order);
		else if (run_batch(g, l, &order))
			keep(l, order.task, g->round);
	}
	l->nrounds += g->round > 0;
}

/*
 * A lane that takes too long for its turn, as ptrace does for large messages, is left out of the later rounds; and of
 * the warm-up where the first message was one.
 */
static bool has_used_its_time(const struct group *g, const struct lane *l)
{
	double share = g->plan->settings->seconds / (double)g->plan->nlanes * NS_PER_S;
	unsigned fewest = l->spent_ns > (long long)VERY_SLOW_S * NS_PER_S ? 1 : FEWEST;

	if (g->round == 0)
		return pair_slots(l->size) == 1 && (double)l->spent_ns > share / g->plan->settings->rounds;
	return l->nrounds >= fewest && (double)l->spent_ns > SHARES * share;
}

static void run_round(struct group *g)
{
	long long ns = batch_ns(g);

	run_limits(g, ns);
	for (size_t i = 0; i < g->n && !lane_stop_signal(); i++) {
		struct lane *l = &g->lanes[(i + (size_t)g->round * STEP) % g->n];
		if (!l->running || has_used_its_time(g, l))
			continue;
		show_progress(g, l);
		run_lane(g, l, ns);
	}
}

static void start(struct group *g)
{
	const struct cpus *cpus = &g->plan->settings->cpus;

	g->plan->limits_lane.running = lane_start(&g->plan->limits_lane, cpus);
	for (size_t i = 0; i < g->n && !lane_stop_signal(); i++) {
		struct lane *l = &g->lanes[i];
		if (!l->skipped)
			show_progress(g, l);
		if (!l->skipped)
			l->running = lane_start(l, cpus);
	}
}

static void stop(struct group *g)
{
	for (size_t i = 0; i < g->n; i++)
		lane_stop(&g->lanes[i]);
	lane_stop(&g->plan->limits_lane);
}

/* Outside all timed runs, and last: some rows do not survive it. */
static void count(struct group *g)
{
	for (size_t i = 0; i < g->n && !lane_stop_signal(); i++)
		if (lane_wants(&g->lanes[i], ROUND_TRIP))
			g->lanes[i].syscalls = syscalls_count(&g->lanes[i]);
}

static void run_group(struct group *g, long long ns)
{
	unsigned rounds = g->plan->settings->rounds;

	g->ends = clock_now() + ns;
	start(g);
	g->ends = clock_now() + ns;
	for (g->round = 0; g->round <= rounds && !lane_stop_signal(); g->round++) {
		run_round(g);
		if (!lane_stop_signal() && g->round > g->plan->rounds_done)
			g->plan->rounds_done = g->round;
	}
	g->round = rounds;
	count(g);
	stop(g);
}

void rounds_run(struct plan *p)
{
	long long began = clock_now();

	double lane_ns = p->settings->seconds * NS_PER_S / (double)p->nlanes;

	for (size_t first = 0; first < p->nlanes && !lane_stop_signal();) {
		struct group g = {.plan = p, .lanes = p->lanes + first};
		g.n = group_size(g.lanes, p->nlanes - first);
		first += g.n;
		g.later_ns = (long long)(lane_ns * (double)(p->nlanes - first));
		run_group(&g, (long long)(lane_ns * (double)g.n));
	}
	progress_hide();
	p->elapsed_s = (double)(clock_now() - began) / NS_PER_S;
	p->interrupted = lane_stop_signal() != 0;
}

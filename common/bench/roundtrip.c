#include "bench/tasks.h"

#include "clock.h"

enum { MOST = 64, SHARE = 4 /* a block takes a quarter of the time at most */ };

static void next_run(struct pair *p)
{
	p->epoch++;
	pair_renew(p);
}

static void check_all(struct pair *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pair_check(p, i);
}

static void trip(struct pair *p, size_t i)
{
	pair_send(p, THERE, i);
	pair_recv(p, BACK, i);
}

static void answer(struct pair *p, size_t i)
{
	pair_recv(p, THERE, i);
	pair_send(p, BACK, i);
}

static size_t lead_in(const struct pair *p)
{
	return p->nslots > 1 ? 1 : 0;
}

/* Round trips of the next block. */
static size_t block_size(const struct pair *p)
{
	double most = p->trip_ns > 0 ? (double)p->control->order.ns / SHARE / p->trip_ns : 1;
	size_t n = p->nslots - lead_in(p);

	return most < 1 ? 1 : most < (double)n ? (size_t)most : n;
}

/* Keeps some of all times, each as likely as any other. */
static void keep_sample(struct control *c, long long ns)
{
	static uint64_t random = 1;
	struct batch *b = &c->batch;
	size_t place = b->nsamples;

	if (b->nsamples < SAMPLES) {
		b->nsamples++;
	} else {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		place = (size_t)(random % (b->timed + 1));
	}
	if (place < SAMPLES)
		c->samples[place] = ns > 0 ? ns : 0;
	b->timed++;
	b->timed_ns += ns;
}

static void time_each(struct pair *p, size_t first, size_t n)
{
	long long at[MOST + 1];

	at[0] = clock_now();
	for (size_t i = 0; i < n; i++) {
		trip(p, first + i);
		at[i + 1] = clock_now();
	}
	for (size_t i = 0; i < n; i++)
		keep_sample(p->control, at[i + 1] - at[i] - p->control->clock_ns);
}

static void time_all(struct pair *p, size_t first, size_t n)
{
	struct batch *b = &p->control->batch;
	long long began = clock_now();

	for (size_t i = 0; i < n; i++)
		trip(p, first + i);
	b->ns += clock_now() - began - p->control->clock_ns;
	b->messages += n;
}

static void one_block(struct pair *p, size_t n, bool each)
{
	struct control *c = p->control;
	struct batch *b = &c->batch;
	size_t lead = lead_in(p);
	long long before = b->ns, cpu;

	c->run = lead + n;
	next_run(p);
	control_meet(c, SENDER);
	cpu = control_cpu_now();
	for (size_t i = 0; i < lead; i++)
		trip(p, i);
	if (each)
		time_each(p, lead, n);
	else
		time_all(p, lead, n);
	if (lead == 0 && !each)
		keep_sample(c, c->batch.ns - before);
	b->cpu_ns[SENDER] += control_cpu_now() - cpu;
	b->worked += lead + n;
	check_all(p, lead + n);
	pair_step(p);
}

static void lead(struct pair *p)
{
	struct control *c = p->control;
	struct batch *b = &c->batch;
	long long began = clock_now();

	for (unsigned blocks = 0; blocks < 1 + lead_in(p) || clock_now() - began < c->order.ns; blocks++) {
		one_block(p, block_size(p), blocks % 2 == 1 && lead_in(p) > 0);
		p->trip_ns = (double)(b->ns + b->timed_ns) / (double)(b->messages + b->timed);
	}
	c->run = 0;
	control_meet(c, SENDER);
}

static void follow(struct pair *p)
{
	struct control *c = p->control;

	for (;;) {
		long long cpu;
		size_t n;

		next_run(p);
		control_meet(c, RECEIVER);
		n = (size_t)c->run;
		if (n == 0)
			break;
		cpu = control_cpu_now();
		for (size_t i = 0; i < n; i++)
			answer(p, i);
		c->batch.cpu_ns[RECEIVER] += control_cpu_now() - cpu;
		check_all(p, n);
		pair_step(p);
	}
	p->epoch--; /* there was no such run */
}

static void begin(struct pair *p)
{
	way_begin(&p->way[THERE], p->self, false);
	way_begin(&p->way[BACK], p->self == SENDER ? RECEIVER : SENDER, false);
}

void round_trip_run(struct pair *p)
{
	begin(p);
	if (p->self == SENDER)
		lead(p);
	else
		follow(p);
}

void round_trip_repeat(struct pair *p, unsigned long long n)
{
	begin(p);
	next_run(p); /* or it would send what ended the last run of a row that loses messages */
	control_meet(p->control, p->self);
	atomic_store(&p->control->counted[p->self], true);
	for (unsigned long long i = 0; i < n; i++) {
		if (p->self == SENDER)
			trip(p, 0);
		else
			answer(p, 0);
	}
	atomic_store(&p->control->counted[p->self], false);
}

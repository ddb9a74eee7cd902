#include "bench/tasks.h"

#include "bench/pattern.h"
#include "clock.h"
#include "futex.h"

#include <errno.h>

enum {
	GROWTH = 8,        /* from one run to the next, until the time is used */
	PATIENCE_MS = 20,  /* a reader who does not get on for so long may have missed the last messages */
	CHECKED = 1 << 20, /* bytes */
	CLOCK_EVERY = 16,
	CLOCK_ALWAYS = 256, /* messages: after so many, the 15 that may come after the last look are a few percent */
	MOST_CHECKS = 64,
};

static void send_numbered(struct pair *p, uint64_t slot, uint64_t number)
{
	pattern_stamp(pair_out(p, slot), p->size, number);
	pair_send(p, THERE, slot);
}

/* The reader of a row that loses messages may wait for one that never comes: it is told that the run is over. */
static void await_reader(struct pair *p)
{
	struct control *c = p->control;

	while (!atomic_load(&c->done)) {
		control_wait(&c->done, 0, PATIENCE_MS);
		if (atomic_load(&c->done) || !p->lossy)
			continue;
		atomic_fetch_add(&c->ended, 1);
		send_numbered(p, 0, pattern_last(p->epoch));
	}
}

/* Returns what it took, ns: until all were sent, or verified. Without the former a row that loses nearly all never ends. */
static long long send_run(struct pair *p, unsigned long long n)
{
	struct control *c = p->control;
	long long cpu, took;

	c->run = n;
	atomic_store(&c->done, 0);
	atomic_store(&c->ended, 0);
	p->epoch++;
	pair_renew(p);
	control_meet(c, SENDER);
	cpu = control_cpu_now();
	c->began = clock_now();
	for (unsigned long long i = 0; i < n; i++) {
		send_numbered(p, i, pattern_number(p->epoch, i));
		pair_step(p);
	}
	c->batch.cpu_ns[SENDER] = control_cpu_now() - cpu;
	took = clock_now() - c->began;
	await_reader(p);
	c->batch.worked = n;
	if (took < c->batch.ns)
		took = c->batch.ns;
	p->message_ns = (double)took / (double)n;
	return took;
}

/* How many messages are likely to take that long, going by what the last ones took. */
static unsigned long long fitting(const struct pair *p, unsigned long long before)
{
	double n = p->message_ns > 0 ? (double)p->control->order.ns / p->message_ns : 1;

	if (before > 0 && n > (double)(before * GROWTH))
		n = (double)(before * GROWTH);
	return n < 1 ? 1 : (unsigned long long)n;
}

static void sender(struct pair *p)
{
	struct control *c = p->control;
	unsigned long long n = 0;
	long long took;

	way_begin(&p->way[THERE], SENDER, true);
	do {
		n = fitting(p, n);
		took = send_run(p, n);
	} while (took < c->order.ns / GROWTH);
	c->run = 0;
	control_meet(c, SENDER);
}

/* What a reader of a row that loses messages goes by. */
struct reading {
	uint64_t expected; /* the index that is next */
	uint64_t got;
	long long ended; /* when the last of them was verified, roughly */
};

/* False: the run is over. */
static bool read_lossy(struct pair *p, struct reading *r)
{
	struct control *c = p->control;
	size_t slot = (size_t)(r->expected % p->nslots);
	ssize_t n = way_recv(&p->way[THERE], pair_in(p, slot), p->size);
	uint64_t index = 0;
	enum arrival arrival;

	if (n != (ssize_t)p->size)
		control_give_up(c, RECEIVER, n < 0 ? (int)-n : EBADMSG, "recv");
	arrival = pattern_read(pair_in(p, slot), p->size, p->epoch, r->expected, &index);
	if (arrival == STALE || (arrival == LAST && atomic_load(&c->ended) == 0))
		return true;
	if (arrival == LAST)
		return false;
	if (arrival == STRANGE || index >= c->run || !pair_is_right(p, pair_in(p, slot), index))
		control_give_up(c, RECEIVER, EBADMSG, "recv");
	r->expected = index + 1;
	if (++r->got < CLOCK_ALWAYS || r->got % CLOCK_EVERY == 0)
		r->ended = clock_now();
	return true;
}

static void read_all(struct pair *p, struct reading *r)
{
	uint64_t n = p->control->run;

	if (p->lossy) {
		while (r->expected < n && read_lossy(p, r))
			pair_step(p);
	} else {
		for (; r->expected < n; r->expected++, r->got++) {
			pair_recv(p, THERE, r->expected);
			pair_check(p, r->expected);
			pair_step(p);
		}
	}
	if (r->expected == n || r->ended == 0)
		r->ended = clock_now();
}

/* What it takes to verify the message that was received last. */
static long long check_cost(struct pair *p, uint64_t index)
{
	long long most = CHECKED / (long long)(p->size + 1) + 1;
	long long times = most < MOST_CHECKS ? most : MOST_CHECKS;
	long long began = clock_now();

	for (long long i = 0; i < times; i++)
		pair_check(p, index);
	return (clock_now() - began - p->control->clock_ns) / times;
}

static void read_run(struct pair *p)
{
	struct control *c = p->control;
	struct reading r = {0};
	long long cpu = control_cpu_now();

	read_all(p, &r);
	c->batch.cpu_ns[RECEIVER] = control_cpu_now() - cpu;
	c->batch.ns = r.ended - c->began - c->clock_ns;
	c->batch.messages = r.got;
	c->batch.lost = c->run - r.got;
	if (r.got == c->run)
		c->batch.check_ns = check_cost(p, c->run - 1);
	atomic_store(&c->done, 1);
	futex_wake_all(&c->done);
}

void throughput_run(struct pair *p)
{
	if (p->self == SENDER) {
		sender(p);
		return;
	}
	for (;;) {
		way_begin(&p->way[THERE], RECEIVER, true);
		control_meet(p->control, RECEIVER);
		if (p->control->run == 0)
			return;
		p->epoch++;
		read_run(p);
	}
}

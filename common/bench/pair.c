#include "bench/pair.h"

#include "bench/pattern.h"
#include "bench/tasks.h"
#include "clock.h"
#include "failure.h"
#include "process.h"
#include "trial.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	WINDOW = 128 << 10, /* bytes of messages, and one more, that an end keeps ready: they stay in its cache */
	MOST_SLOTS = 63,
	LARGE_PIPE = 1 << 20,
};

size_t pair_slots(size_t size)
{
	size_t n = WINDOW / size;

	return n < 1 ? 1 : n > MOST_SLOTS ? MOST_SLOTS : n | 1;
}

static void give_up(struct pair *p, int error, const char *call)
{
	control_give_up(p->control, p->self, error, call);
}

/* What the bench says of this end when it dies or hangs. */
static void enter(const struct pair *p, const char *what)
{
	atomic_store(&p->control->during[p->self], what);
}

static void check(struct pair *p, int result, const char *call)
{
	if (result < 0)
		give_up(p, -result, call);
}

void pair_step(const struct pair *p)
{
	_Atomic uint64_t *steps = &p->control->progress[p->self].steps;

	/* Only this end writes it, and a locked addition would be a fence after every message. */
	atomic_store_explicit(steps, atomic_load_explicit(steps, memory_order_relaxed) + 1, memory_order_relaxed);
}

/* A queue that is full is no failure: the other end empties it. */
static bool try_again(ssize_t n)
{
	if (n != -EAGAIN && n != -ENOBUFS)
		return false;
	sched_yield();
	return true;
}

void pair_send(struct pair *p, int way, uint64_t i)
{
	ssize_t n;

	do
		n = way_send(&p->way[way], pair_out(p, i), p->size);
	while (try_again(n));
	if (n != (ssize_t)p->size)
		give_up(p, n < 0 ? (int)-n : EMSGSIZE, "send");
}

/* What is left of a run that is over is no message of this one. */
static bool left_over(const struct pair *p, const void *message)
{
	uint64_t index;
	enum arrival arrival = pattern_read(message, p->size, p->epoch, 0, &index);

	return arrival == STALE || arrival == LAST;
}

void pair_recv(struct pair *p, int way, uint64_t i)
{
	ssize_t n;

	do
		n = way_recv(&p->way[way], pair_in(p, i), p->size);
	while (n > 0 && p->lossy && left_over(p, pair_in(p, i)));
	if (n != (ssize_t)p->size)
		give_up(p, n < 0 ? (int)-n : n == 0 ? EPIPE : EBADMSG, "recv");
}

/* No two runs have messages of the same key. */
static uint64_t key_of(const struct pair *p, uint64_t i)
{
	return (uint64_t)p->epoch * MOST_SLOTS + i % p->nslots;
}

bool pair_is_right(const struct pair *p, const unsigned char *message, uint64_t index)
{
	return pattern_check(message, p->size, key_of(p, index), pattern_number(p->epoch, index));
}

void pair_check(struct pair *p, uint64_t i)
{
	if (!pair_is_right(p, pair_in(p, i), i))
		give_up(p, EBADMSG, "recv");
}

void pair_renew(struct pair *p)
{
	for (size_t i = 0; i < p->nslots; i++) {
		pattern_make(pair_out(p, i), p->size, key_of(p, i));
		pattern_stamp(pair_out(p, i), p->size, pattern_number(p->epoch, i));
	}
}

static unsigned char *buffer(struct pair *p)
{
	void *mem = mmap(NULL, p->nslots * p->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED)
		check(p, call_failed("mmap"), "mmap");
	return mem;
}

/* All buffers exist before setup(): a later one might lie in memory that the row made strange. */
static void make_buffers(struct pair *p)
{
	p->nslots = pair_slots(p->size);
	p->out = buffer(p);
	p->in = buffer(p);
}

/* Both ends: a page that fork has left to both is copied now. */
static void touch_buffers(struct pair *p)
{
	memset(p->in, 0, p->nslots * p->size);
	pair_renew(p);
}

static int enlarge(const struct link *l)
{
	int now = fcntl(l->fd[1], F_GETPIPE_SZ);

	if (now == -1 && errno != EBADF)
		return call_failed("F_GETPIPE_SZ");
	if (now == -1 || now >= LARGE_PIPE) {
		errno = ENOTSUP; /* no pipe, or not yet (fifo), or it is that large as it is */
		return call_failed("F_SETPIPE_SZ");
	}
	return fcntl(l->fd[1], F_SETPIPE_SZ, LARGE_PIPE) == -1 ? call_failed("F_SETPIPE_SZ") : 0;
}

static void set_up(struct pair *p)
{
	const struct variant *v = p->variant;

	enter(p, "setup()");
	for (int i = 0; i < WAYS; i++) {
		struct link *l = &p->way[i].link;
		int result;

		l->owner = getpid();
		result = v->setup(l, p->size + handover_room(v));
		check(p, result, "setup");
	}
	/* Before attach(), where pipe_vmsplice looks how much the pipe holds. */
	for (int i = 0; i < WAYS && p->extra == LARGE_BUFFER; i++)
		check(p, enlarge(&p->way[i].link), "F_SETPIPE_SZ");
}

static enum end end_of(const struct pair *p, int way)
{
	return way == THERE ? p->self : other_end(p->self);
}

static void attach(struct pair *p, pid_t peer)
{
	enter(p, "attach()");
	for (int i = 0; i < WAYS; i++) {
		p->way[i].link.peer = peer;
		if (p->variant->attach)
			check(p, p->variant->attach(&p->way[i].link, end_of(p, i)), "attach");
		handover_place(&p->way[i], &p->control->own[i]);
	}
}

/*
 * The first message of each way, told by nothing of the row's: where it does not arrive there is nothing to measure,
 * and to wait for it in the row's memory would be to wait for ever.
 */
static void deliver(struct pair *p, int way)
{
	struct way *w = &p->way[way];
	bool sends = end_of(p, way) == SENDER;

	if (sends)
		check(p, (int)way_put(w, pair_out(p, 0), p->size), "send");
	if (!p->variant->blocks)
		control_meet(p->control, p->self);
	if (sends)
		return;
	check(p, (int)way_get(w, pair_in(p, 0), p->size), "recv");
	pair_check(p, 0);
}

static void __attribute__((noreturn)) leave(struct pair *p)
{
	for (int i = 0; i < WAYS && p->variant && p->self == SENDER; i++)
		if (p->variant->teardown)
			p->variant->teardown(&p->way[i].link);
	_exit(EXIT_SUCCESS);
}

static void carry_out(struct pair *p, enum task task)
{
	switch (task) {
	case ROUND_TRIP:
		enter(p, "round trip");
		round_trip_run(p);
		break;
	case THROUGHPUT:
		enter(p, "throughput");
		throughput_run(p);
		break;
	case COUNTED:
		enter(p, "counting");
		round_trip_repeat(p, p->control->order.messages);
		break;
	case LIMIT:
		enter(p, limit_name((enum limit)p->control->order.limit));
		limits_run(p->control, p->grounds, p->self);
		break;
	case LEAVE:
		leave(p);
	}
}

static void __attribute__((noreturn)) serve(struct pair *p)
{
	uint32_t seen = 0;

	for (;;) {
		control_await_order(p->control, &seen);
		carry_out(p, p->control->order.task);
		control_report(p->control);
	}
}

/* Both ends, from the moment that they are two. */
static void __attribute__((noreturn)) live(struct pair *p, pid_t peer)
{
	check(p, cpus_bind(p->cpus, (int)p->self), "sched_setaffinity");
	if (p->variant) {
		p->epoch = 1;
		touch_buffers(p);
		attach(p, peer);
		if (p->self == SENDER)
			p->control->setup_ns += clock_now();
		enter(p, "delivery");
		deliver(p, THERE);
		deliver(p, BACK);
		control_meet(p->control, p->self);
	}
	control_report(p->control);
	serve(p);
}

void pair_owner(struct pair *p, int error)
{
	pid_t owner = getpid();
	pid_t pid;

	p->self = SENDER;
	enter(p, "start");
	check(p, error, "start");
	if (p->variant) {
		make_buffers(p);
		p->control->setup_ns = -clock_now();
		set_up(p);
	} else {
		error = limits_prepare(&p->grounds, p->size);
		check(p, error, call_that_failed(-error, "mmap"));
	}
	pid = fork();
	check(p, pid == -1 ? call_failed("fork") : 0, "fork");
	if (pid > 0) {
		atomic_store(&p->control->pid[RECEIVER], pid);
		live(p, pid);
	}
	p->self = RECEIVER;
	if (process_die_with(owner) != 0)
		_exit(EXIT_FAILURE); /* the owner has ended, which tells more */
	live(p, owner);
}

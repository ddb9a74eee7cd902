#include "bench/limits.h"

#include "clock.h"
#include "failure.h"
#include "futex.h"
#include "process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCK = 128, FEW = 8, LONG_NS = NS_PER_S / 2 };

struct grounds {
	alignas(2 * CACHE_LINE) _Atomic uint32_t turn; /* a line of its own, and not the neighbour of another */
	_Atomic uint32_t asleep[2];                    /* the ends that wait for it */
	alignas(2 * CACHE_LINE) unsigned char beside[CACHE_LINE];
	alignas(2 * CACHE_LINE) char *from, *to; /* private, at the same address in both */
};

static const struct {
	const char *name, *about;
	bool spins;
} limits[LIMITS] = {
	[LIMIT_LINE] = {"line", "one cache line changes hands, there and back", true},
	[LIMIT_LINES] = {"lines", "the same, with 64 bytes in a second line", true},
	[LIMIT_FUTEX] = {"futex", "wake by a futex and sleep, there and back", false},
	[LIMIT_SYSCALL] = {"syscall", "the cheapest system call", false},
	[LIMIT_FORK] = {"fork", "fork, exit and wait", false},
	[LIMIT_COPY] = {"memcpy", "memcpy inside one process", false},
};

const char *limit_name(enum limit limit)
{
	return limits[limit].name;
}

const char *limit_about(enum limit limit)
{
	return limits[limit].about;
}

bool limit_spins(enum limit limit)
{
	return limits[limit].spins;
}

/* Left out by fork, which is one of the limits. */
static int copy_buffer(char **buffer, size_t size)
{
	*buffer = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (*buffer == MAP_FAILED)
		return call_failed("mmap");
	if (madvise(*buffer, size, MADV_DONTFORK) == -1)
		return call_failed("madvise");
	memset(*buffer, 1, size);
	return 0;
}

int limits_prepare(struct grounds **grounds, size_t largest)
{
	struct grounds *g = mmap(NULL, sizeof *g, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int error;

	if (g == MAP_FAILED)
		return call_failed("mmap");
	*grounds = g;
	error = copy_buffer(&g->from, largest);
	return error ? error : copy_buffer(&g->to, largest);
}

/* The word is 0, 1, 2 … in turn: odd ones come from the sender, even ones from the receiver. */
static void await_turn(struct grounds *g, enum end self, uint32_t turn, bool sleep)
{
	uint32_t seen;

	while ((seen = atomic_load_explicit(&g->turn, memory_order_acquire)) != turn) {
		if (!sleep) {
			control_relax();
			continue;
		}
		atomic_store(&g->asleep[self], 1); /* only this end takes it back: see handover.c */
		if (atomic_load(&g->turn) == seen)
			futex_wait(&g->turn, seen);
		atomic_store(&g->asleep[self], 0);
	}
}

/* Wakes nobody who is awake, as the rows: that would be a system call more. */
static void pass_turn(struct grounds *g, enum end self, uint32_t turn, bool sleep)
{
	_Atomic uint32_t *asleep = &g->asleep[self == SENDER ? RECEIVER : SENDER];

	if (!sleep) {
		atomic_store_explicit(&g->turn, turn, memory_order_release);
		return;
	}
	atomic_store(&g->turn, turn);
	if (atomic_load(asleep))
		futex_wake_all(&g->turn);
}

static void look(const struct grounds *g, unsigned char *copy, bool both_lines)
{
	if (both_lines)
		memcpy(copy, g->beside, sizeof g->beside);
	__asm__ volatile("" : : "r"(copy) : "memory");
}

static void change(struct grounds *g, const unsigned char *copy, bool both_lines)
{
	if (both_lines)
		memcpy(g->beside, copy, sizeof g->beside);
}

static void ping(struct grounds *g, enum end self, uint32_t n, enum limit limit)
{
	bool sleep = limit == LIMIT_FUTEX, both = limit == LIMIT_LINES;
	unsigned char copy[CACHE_LINE] = {0};

	for (uint32_t i = 0; i < n; i++) {
		if (self == RECEIVER) {
			await_turn(g, self, 2 * i + 1, sleep);
			look(g, copy, both);
		}
		change(g, copy, both);
		pass_turn(g, self, 2 * i + 1 + (self == RECEIVER), sleep);
		if (self == SENDER) {
			await_turn(g, self, 2 * i + 2, sleep);
			look(g, copy, both);
		}
	}
}

static void receiver(struct control *c, struct grounds *g)
{
	for (;;) {
		control_meet(c, RECEIVER);
		if (c->run == 0)
			return;
		ping(g, RECEIVER, (uint32_t)c->run, (enum limit)c->order.limit);
	}
}

/* Blocks of round trips, until the time is over. */
static void sender(struct control *c, struct grounds *g)
{
	struct batch *b = &c->batch;

	while (b->ns < c->order.ns) {
		long long began;

		atomic_store(&g->turn, 0);
		c->run = c->order.limit == LIMIT_FUTEX ? BLOCK / 4 : BLOCK;
		control_meet(c, SENDER);
		began = clock_now();
		ping(g, SENDER, (uint32_t)c->run, (enum limit)c->order.limit);
		b->ns += clock_now() - began - c->clock_ns;
		b->messages += c->run;
		atomic_fetch_add(&c->progress[SENDER].steps, 1);
	}
	c->run = 0;
	control_meet(c, SENDER);
}

static int fork_once(void)
{
	pid_t pid = fork();

	if (pid == -1)
		return call_failed("fork");
	if (pid == 0)
		_exit(EXIT_SUCCESS);
	process_wait(pid, NULL, 0);
	return 0;
}

/* 0 or -errno. */
static int work(const struct grounds *g, const struct order *order, unsigned long long n)
{
	int error = 0;

	for (unsigned long long i = 0; i < n && !error; i++) {
		if (order->limit == LIMIT_SYSCALL)
			syscall(SYS_getppid);
		else if (order->limit == LIMIT_FORK)
			error = fork_once();
		else
			memcpy(g->to, g->from, order->size);
		__asm__ volatile("" : : : "memory");
	}
	return error;
}

/* Nothing is said of what was measured before: a limit with a hole in it is none. */
static void fail(struct batch *b, int error)
{
	*b = (struct batch){.error = error};
	snprintf(b->call, sizeof b->call, "%s", call_that_failed(error, "fork"));
}

/*
 * Twice as many each time, so that the clock is seldom read; the last and longest block counts. One of half a second is
 * long enough, whatever time there is: to the bench this end looks idle until it is over.
 */
static void alone(struct control *c, const struct grounds *g)
{
	unsigned long long n = c->order.limit == LIMIT_FORK ? 1 : FEW;
	long long used = 0, ns = 0;

	if (c->order.limit == LIMIT_COPY && c->order.size * FEW > 1 << 20)
		n = 1;
	for (; used < c->order.ns && ns < LONG_NS; n *= 2) {
		long long began = clock_now();
		int error = work(g, &c->order, n);
		if (error) {
			fail(&c->batch, -error);
			return;
		}
		ns = clock_now() - began - c->clock_ns;
		used += ns > 0 ? ns : 1;
		c->batch.messages = n;
	}
	c->batch.ns = ns > 0 ? ns : 1;
}

void limits_run(struct control *c, struct grounds *g, enum end self)
{
	if (c->order.limit == LIMIT_LINE || c->order.limit == LIMIT_LINES || c->order.limit == LIMIT_FUTEX) {
		if (self == SENDER)
			sender(c, g);
		else
			receiver(c, g);
	} else if (self == SENDER)
		alone(c, g);
}

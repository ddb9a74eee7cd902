#include "bench/control.h"

#include "clock.h"
#include "failure.h"
#include "futex.h"

#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { CLOCK_LOOKS = 2000, MS_PER_S = 1000 };

void control_wait(_Atomic uint32_t *word, uint32_t seen, int ms)
{
	const struct timespec patience = {ms / MS_PER_S, (long)(ms % MS_PER_S) * NS_PER_MS};

	syscall(SYS_futex_timed, word, FUTEX_WAIT, seen, &patience, NULL, 0);
}

void control_order(struct control *c, const struct order *order)
{
	atomic_store(&c->reports, 0);
	c->order = *order;
	c->batch = (struct batch){0};
	atomic_fetch_add(&c->orders, 1);
	futex_wake_all(&c->orders);
}

void control_await_order(struct control *c, uint32_t *seen)
{
	while (atomic_load(&c->orders) == *seen)
		futex_wait(&c->orders, *seen);
	++*seen;
}

void control_report(struct control *c)
{
	atomic_fetch_add(&c->reports, 1);
	futex_wake_all(&c->reports);
}

void control_meet(struct control *c, enum end self)
{
	_Atomic uint32_t *other = &c->met[1 - (int)self];
	uint32_t mine = atomic_fetch_add(&c->met[self], 1) + 1;
	uint32_t seen;

	futex_wake_all(&c->met[self]);
	for (unsigned i = 0; i < c->looks && (int32_t)(atomic_load(other) - mine) < 0; i++)
		control_relax();
	while ((int32_t)((seen = atomic_load(other)) - mine) < 0)
		futex_wait(other, seen);
}

void control_give_up(struct control *c, enum end self, int error, const char *call)
{
	if (!atomic_exchange(&c->giving_up, true)) {
		c->give_up.error = error;
		c->give_up.seat = (int)self;
		snprintf(c->give_up.call, sizeof c->give_up.call, "%s", call_that_failed(error, call));
		atomic_store(&c->failed, true);
		atomic_fetch_add(&c->reports, 2);
		futex_wake_all(&c->reports);
	}
	pause(); /* the bench ends both at once, and so knows that neither was the first to die */
	_exit(EXIT_FAILURE);
}

long long control_clock_cost(void)
{
	long long least = NS_PER_S, last = clock_now();

	for (int i = 0; i < CLOCK_LOOKS; i++) {
		long long now = clock_now();
		if (now - last < least)
			least = now - last;
		last = now;
	}
	return least;
}

long long control_cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (long long)t.tv_sec * NS_PER_S + t.tv_nsec;
}

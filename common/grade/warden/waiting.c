#include "waiting.h"

#include "activity.h"
#include "clock.h"
#include "exchange.h"
#include "family.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { HOLD_MS = 160, MESSAGE_SIZE = 64 };

struct watch {
	unsigned looks, asleep, by_clock;
	unsigned long long cpu_ns, runs;
};

static long call_of(pid_t pid)
{
	char path[32];
	long number = -1;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/syscall", (int)pid);
	f = fopen(path, "re");
	if (f && fscanf(f, "%ld", &number) != 1)
		number = -1;
	if (f)
		fclose(f);
	return number;
}

static void look(struct watch *w, pid_t pid)
{
	struct activity a;
	long call = call_of(pid);

	if (activity_read(pid, &a) != 0)
		return;
	w->looks++;
	w->asleep += a.state == 'S';
	w->by_clock += a.state == 'S' && (call == SYS_clock_nanosleep || call == SYS_nanosleep);
}

/* The family's CPU time too: a helper might do the spinning. */
static void watch(struct bout *b, struct watch *w)
{
	struct pulse before, after;
	long long start;

	poll(NULL, 0, 10); /* until it has come to its wait */
	before = family_pulse();
	start = clock_now();
	while (clock_now() - start < (long long)HOLD_MS * NS_PER_MS) {
		poll(NULL, 0, 5);
		look(w, b->seats[bout_receiver(b, 0)].pid);
	}
	after = family_pulse();
	w->cpu_ns = after.cpu_ns - before.cpu_ns;
	w->runs = after.runs - before.runs;
}

static void say_sleep(const struct watch *w)
{
	unsigned long long ms = w->cpu_ns / NS_PER_MS;

	if (ms > 10)
		say(ITEM_SLEEPS, FAILED_IT, "spin", "while nothing came it used %llu ms of CPU time in %d ms", ms,
		    HOLD_MS);
	else if (w->by_clock > 0)
		say(ITEM_SLEEPS, FAILED_IT, "clock",
		    "it waits in nanosleep(2): it looks by the clock and is not woken");
	else if (w->runs > 8)
		say(ITEM_SLEEPS, FAILED_IT, "polls", "while nothing came it woke up %llu times in %d ms", w->runs,
		    HOLD_MS);
	else
		say(ITEM_SLEEPS, PASSED, "", "asleep in %u of %u looks, %llu us of CPU time", w->asleep, w->looks,
		    w->cpu_ns / NS_PER_US);
}

void waiting_receiver(struct bout *b)
{
	struct watch w = {0};
	bool early = false, ok = bout_open(b, "s", MESSAGE_SIZE) && exchange_fill_same(MESSAGE_SIZE, 1);

	if (ok) {
		exchange_recv(b, 0, b->warden->level->traffic == MESSAGES ? b->warden->level->largest : 0);
		watch(b, &w);
		seat_pump(&b->seats[bout_receiver(b, 0)]);
		early = seat_replied(&b->seats[bout_receiver(b, 0)]);
		exchange_send(b, 0);
		ok = bout_await(b, BOTH);
	}
	if (early)
		trouble_set(&b->trouble, "early", "recv() returned %d before anything was sent",
			    b->seats[bout_receiver(b, 0)].reply.result);
	if (ok && exchange_judge(b, 0))
		bout_attest(b);
	bout_close(b);
	say_judged(ITEM_RECEIVER_FIRST, &b->trouble, "the receiver waited, and then had the message");
	if (early || !w.looks)
		say(ITEM_SLEEPS, NOT_CHECKABLE, "early", "the receiver does not wait");
	else
		say_sleep(&w);
}

/* While it waits, then while bytes move. Returns how many were sent. */
static unsigned disturb(struct bout *b, int seat, unsigned times)
{
	unsigned n = 0;

	while (n < times && kill(b->seats[seat].pid, SIGUSR1) == 0) {
		struct timespec pause = {.tv_nsec = NS_PER_MS};
		n++;
		nanosleep(&pause, NULL);
	}
	return n;
}

static bool fill_for_signals(const struct level *l)
{
	return l->traffic == MESSAGES ? exchange_fill_same(l->largest, 64) : exchange_fill_same(l->largest, 1);
}

/* The receiver asleep, the sender asleep at a full buffer, and both at work: each is met by signals. */
static bool disturbed_exchange(struct bout *b, int first, unsigned *n)
{
	if (first == bout_receiver(b, 0))
		exchange_recv(b, 0, 0);
	else
		exchange_send(b, 0);
	bout_settle(b, 0, 100LL * NS_PER_MS);
	*n += disturb(b, first, 5);
	if (first == bout_receiver(b, 0))
		exchange_send(b, 0);
	else
		exchange_recv(b, 0, 0);
	for (int i = 0; i < 10; i++) {
		bout_settle(b, 0, 0);
		*n += disturb(b, i % 2 ? OWNER : PEER, 1);
		seat_pump(&b->seats[OWNER]);
		seat_pump(&b->seats[PEER]);
	}
	return exchange_finish(b, 0);
}

void waiting_signals(struct bout *b)
{
	char text[80];
	unsigned n = 0;
	bool ok = bout_open(b, "s", b->warden->level->largest);

	ok = ok && fill_for_signals(b->warden->level) && disturbed_exchange(b, bout_receiver(b, 0), &n);
	ok = ok && fill_for_signals(b->warden->level) && disturbed_exchange(b, bout_sender(b, 0), &n);
	if (ok)
		bout_attest(b);
	bout_close(b);
	snprintf(text, sizeof text, "intact through %u signals", n);
	say_judged(ITEM_SIGNALS, &b->trouble, text);
}

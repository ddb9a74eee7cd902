#include "waiting.h"

#include "activity.h"
#include "clock.h"
#include "exchange.h"
#include "family.h"
#include "fate.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/*
 * Whoever gives up by the clock has to do so before the message comes, or later it would seem to have seen the end. Not
 * each such clock is seen: HOLD_MS is longer than the quiet after which vigil.c takes a wait to be for ever. One that is
 * seen may go on until vigil.c takes it to be DOZING.
 */
enum { HOLD_MS = 360, LONGEST_NAP_MS = DOZE_MS - HOLD_MS };

enum { FULL_MS = 100, FULL_MESSAGES = MOST_BYTES / 2 / LEAST_SIZE };

enum { MESSAGE_SIZE = 64, MOST_CPU_MS = 10, MOST_WAKES_PER_S = 20 };

struct watch {
	unsigned looks, asleep, naps, timed;
	unsigned long long cpu_ns;
	unsigned long long held_ms;     /* HOLD_MS, or more where the warden was not run in time */
	unsigned long long first, last; /* how often the family had gone to sleep */
	bool settled;                   /* in its wait: `first` is of then */
	bool unwoken;                   /* it slept on after the message had been sent */
};

/* A call that only time can end: there is nothing that it waits for. */
static bool naps(pid_t pid)
{
	unsigned long args[6];
	long number;

	if (!activity_call(pid, &number, args))
		return false;
	switch (number) {
	case SYS_nanosleep:
	case SYS_clock_nanosleep:
		return true;
#ifdef SYS_poll
	case SYS_poll:
#endif
	case SYS_ppoll:
		return args[1] == 0; /* no descriptors */
#ifdef SYS_select
	case SYS_select:
#endif
	case SYS_pselect6:
		return args[0] == 0;
	default:
		return false;
	}
}

static void look(struct watch *w, pid_t pid)
{
	unsigned long long sleeps = family_sleeps();
	struct activity a;

	if (activity_read(pid, &a) != 0)
		return;
	w->looks++;
	w->asleep += a.state == 'S';
	w->timed += a.timed;
	w->naps += a.timed && naps(pid);
	if (!w->settled && a.state == 'S' && sleeps == w->last) {
		w->settled = true;
		w->first = sleeps;
	}
	w->last = sleeps;
}

/* The family's CPU time too, and its wake-ups: a helper might do the looking. */
static void watch(struct bout *b, struct watch *w)
{
	struct pulse before, after;
	long long start;

	poll(NULL, 0, 10); /* until it has come to its wait */
	before = family_pulse();
	w->first = w->last = family_sleeps();
	start = clock_now();
	while (clock_now() - start < (long long)HOLD_MS * NS_PER_MS) {
		poll(NULL, 0, 5);
		look(w, b->seats[bout_receiver(b, 0)].pid);
	}
	w->held_ms = (unsigned long long)((clock_now() - start) / NS_PER_MS);
	after = family_pulse();
	w->cpu_ns = after.cpu_ns - before.cpu_ns;
}

static long long ms_since(long long start)
{
	return (clock_now() - start) / NS_PER_MS;
}

/* Who looks by the clock has just done so when this returns, and has all of its nap before it. */
static void await_look(void)
{
	unsigned long long before = family_sleeps();
	long long start = clock_now();

	while (family_sleeps() == before && ms_since(start) < LONGEST_NAP_MS)
		poll(NULL, 0, 1);
}

/* A process that was woken runs, or wants to: one that is still in the same sleep was not. */
static bool sleeps_on(struct bout *b, int seat)
{
	unsigned long long before = process_sleeps(b->seats[seat].pid);
	struct activity a;

	for (int i = 0; i < 5; i++) {
		poll(NULL, 0, 2);
		seat_pump(&b->seats[seat]);
		if (seat_replied(&b->seats[seat]) || activity_read(b->seats[seat].pid, &a) != 0 || !a.timed)
			return false;
	}
	return process_sleeps(b->seats[seat].pid) == before;
}

/* Memory tells nobody that the other end has died: there, and only there, one may look from time to time. */
static unsigned long long most_wakes(const struct watch *w, const struct level *l)
{
	bool may_look = l->mechanism == WAKING_SHARED_MEMORY || l->mechanism == ANY_RENDEZVOUS;

	return may_look ? MOST_WAKES_PER_S * w->held_ms / 1000 : 0;
}

static void say_sleep(const struct watch *w, const struct level *l)
{
	unsigned long long ms = w->cpu_ns / NS_PER_MS, wakes = w->last - w->first;

	if (w->naps > 0)
		say(ITEM_SLEEPS, FAILED_IT, "clock",
		    "it sleeps in a call that only the clock can end, and looks again");
	else if (w->unwoken)
		say(ITEM_SLEEPS, FAILED_IT, "clock",
		    "it slept on when the message was there: it looks by the clock and is not woken");
	else if (ms > MOST_CPU_MS) /* short naps may cost as much */
		say(ITEM_SLEEPS, FAILED_IT, "spin", "while nothing came it used %llu ms of CPU time in %llu ms", ms,
		    w->held_ms);
	else if (wakes > most_wakes(w, l) + (w->timed ? 0 : 2))
		say(ITEM_SLEEPS, FAILED_IT, "polls", "while nothing came it woke up %llu times in %llu ms%s", wakes,
		    w->held_ms, w->timed ? ", by the clock" : "");
	else
		say(ITEM_SLEEPS, PASSED, "", "asleep in %u of %u looks, %llu us of CPU time, woke up %llu times",
		    w->asleep, w->looks, w->cpu_ns / NS_PER_US, wakes);
}

/* CPU time in ms while there is no room for what is sent; 0 where there is, or where bytes still move. */
static unsigned long long watch_full(struct bout *b)
{
	const int sender = bout_sender(b, 0);
	struct pulse before, after;

	exchange_send(b, 0);
	bout_settle(b, 0, FULL_MS * NS_PER_MS);
	before = family_pulse();
	poll(NULL, 0, FULL_MS);
	after = family_pulse();
	seat_pump(&b->seats[sender]);
	if (seat_replied(&b->seats[sender]) || after.bytes != before.bytes || after.cpu_ns < before.cpu_ns)
		return 0;
	return (after.cpu_ns - before.cpu_ns) / NS_PER_MS;
}

/* What else goes wrong is the business of other items. */
static void waiting_sender(struct bout *b)
{
	unsigned long long ms = 0;

	if (bout_open(b, "s", exchange_size()) && exchange_fill_same(LEAST_SIZE, FULL_MESSAGES))
		ms = watch_full(b);
	bout_close(b);
	if (ms > MOST_CPU_MS)
		say(ITEM_SLEEPS, FAILED_IT, "full",
		    "while there was no room send() used %llu ms of CPU time in %d ms", ms, FULL_MS);
}

/* What it returns while its sender lives says nothing of an end. */
static void say_early(const struct level *l)
{
	static const enum item items[] = {ITEM_SLEEPS, ITEM_END_OF_STREAM, ITEM_SENDER_KILLED};

	for (size_t i = 0; i < sizeof items / sizeof *items; i++)
		if (level_asks(l, items[i]))
			say(items[i], NOT_CHECKABLE, "early", "the receiver does not wait");
}

static void set_early(struct bout *b, int result)
{
	char text[ERRNO_TEXT];

	if (result < 0)
		trouble_set(&b->trouble, "early", "recv() returned %s before anything was sent",
			    fate_errno(result, text));
	else
		trouble_set(&b->trouble, "early", "recv() returned %d before anything was sent", result);
}

void waiting_receiver(struct bout *b)
{
	struct watch w = {0};
	int receiver;
	bool early = false, ok = bout_open(b, "s", exchange_size()) && exchange_fill_same(MESSAGE_SIZE, 1);

	receiver = bout_receiver(b, 0);
	if (ok) {
		exchange_recv(b, 0, b->warden->level->traffic == MESSAGES ? b->warden->level->largest : 0);
		watch(b, &w);
		if (w.timed)
			await_look();
		seat_pump(&b->seats[receiver]);
		early = seat_replied(&b->seats[receiver]);
		exchange_send(b, 0);
		if (w.timed && !early)
			w.unwoken = bout_await(b, bout_sender(b, 0)) && sleeps_on(b, receiver);
		ok = !b->trouble.cause[0] && bout_await(b, BOTH);
	}
	if (early)
		set_early(b, b->seats[receiver].reply.result);
	if (ok && exchange_judge(b, 0))
		bout_attest(b);
	bout_close(b);
	say_judged(ITEM_RECEIVER_FIRST, &b->trouble, "the receiver waited, and then had the message");
	if (early || !w.looks)
		say_early(b->warden->level);
	else {
		if (w.cpu_ns / NS_PER_MS <= MOST_CPU_MS)
			waiting_sender(b);
		say_sleep(&w, b->warden->level);
	}
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

/* A sleeper that is told to stop wakes up for it, and goes on with what it was at for as long as it need not sleep again. */
static bool stop(pid_t pid)
{
	struct activity a = {0};

	if (kill(pid, SIGSTOP) == -1)
		return false;
	for (int ms = 0; ms < QUIET_MS && activity_read(pid, &a) == 0 && a.state != 'T'; ms++)
		poll(NULL, 0, 1);
	return true;
}

/*
 * The receiver asleep in the middle of a message: it has what there was room for, and the sender is held back until the
 * signals are over. A sender that need not wait has given all of it, and there is no such middle.
 */
static void disturb_in_the_middle(struct bout *b, unsigned *n)
{
	const int sender = bout_sender(b, 0), receiver = bout_receiver(b, 0);
	bool held;

	exchange_send(b, 0);
	held = !bout_await_quiet(b, sender) && stop(b->seats[sender].pid);
	exchange_recv(b, 0, 0);
	if (!held)
		return;
	if (!bout_await_quiet(b, receiver))
		*n += disturb(b, receiver, 5);
	bout_await_quiet(b, receiver);
	kill(b->seats[sender].pid, SIGCONT);
}

/* Of a message in one piece there is no part to be lost. */
static bool disturbed_middle(struct bout *b, unsigned *n)
{
	if (b->warden->level->traffic == MESSAGES)
		return true;
	if (!fill_for_signals(b->warden->level))
		return false;
	disturb_in_the_middle(b, n);
	return exchange_finish(b, 0);
}

void waiting_signals(struct bout *b)
{
	char text[80];
	unsigned n = 0;
	bool ok = bout_open(b, "s", b->warden->level->largest);

	ok = ok && fill_for_signals(b->warden->level) && disturbed_exchange(b, bout_receiver(b, 0), &n);
	ok = ok && fill_for_signals(b->warden->level) && disturbed_exchange(b, bout_sender(b, 0), &n);
	ok = ok && disturbed_middle(b, &n);
	if (ok)
		bout_attest(b);
	bout_close(b);
	snprintf(text, sizeof text, "intact through %u signals", n);
	say_judged(ITEM_SIGNALS, &b->trouble, text);
}

/* torn - one sender is stopped in the middle of a record, a second one sends: does each record arrive whole? */
#include "harness.h"
#include "probe.h"

#include <signal.h>
#include <string.h>

enum { ATTACHED = 1, FIRST_STOPS, RECEIVER_GOES, SECOND_GOES, SECOND_DONE, FIRST_GOES_ON, FIRST_DONE, LOOKED, NEVER };
enum { NOTE_WHOLE, NOTE_TORN, NOTE_FOREIGN, NOTE_SENT };
enum { RECORD = 300 * 1000, MANY = 64, STILL_MS = 30, SECOND_MS = 150, FOR_EVER_MS = 300 };
enum { FIRST = 1, SECOND = 2 }; /* what the bytes of a record are, all of them */

static void second_sender(struct trial *t, enum end end)
{
	(void)end;
	trial_await(t, SECOND_GOES);
	memset(t->before, SECOND, t->size);
	trial_send(t, t->before, t->size);
	trial_reach(t, SECOND_DONE);
}

/* Plain memory: half a record, the other sender's turn, the other half. */
static void send_by_halves(struct trial *t)
{
	size_t half = t->size / 2;
	unsigned char *mem = t->link.mem;

	memcpy(mem, t->sent, half);
	trial_reach(t, FIRST_STOPS);
	trial_await(t, FIRST_GOES_ON);
	memcpy(mem + half, t->sent + half, t->size - half);
}

/* Records until the buffer is full: then the sender sleeps in the middle of one, or before one that must be whole. */
static void send_until_stopped(struct trial *t)
{
	for (int i = 0; i < MANY && atomic_load(&t->board->step) < RECEIVER_GOES; i++) {
		trial_send(t, t->sent, t->size);
		t->board->note[NOTE_SENT]++;
	}
	trial_reach(t, FIRST_STOPS);
	trial_await(t, FIRST_GOES_ON);
}

/* Counts a record that arrived; it is foreign where it holds anything that nobody sent. */
static void classify(struct trial *t, size_t n)
{
	size_t first = 0, second = 0;

	for (size_t i = 0; i < n; i++) {
		first += t->seen[i] == FIRST;
		second += t->seen[i] == SECOND;
	}
	if (n == t->size && (first == n || second == n))
		t->board->note[NOTE_WHOLE]++;
	else
		t->board->note[first + second == n ? NOTE_TORN : NOTE_FOREIGN]++;
}

/*
 * Takes what comes; after the last record it sleeps, which the case process notices. What two senders have confused may
 * never end: more than both can have sent is enough.
 */
static void receive(struct trial *t)
{
	int most = MANY + 3;
	size_t n;

	trial_await(t, variant_is_plain_memory(t->variant) ? FIRST_DONE : RECEIVER_GOES);
	do {
		n = trial_recv(t, t->seen, t->size);
		if (n > 0)
			classify(t, n);
	} while (n > 0 && t->variant->blocks && --most > 0);
	trial_reach(t, LOOKED);
}

static void act(struct trial *t, enum end end)
{
	if (end == RECEIVER) {
		receive(t);
	} else {
		trial_reach(t, ATTACHED); /* from here on only send() can make it wait */
		trial_fork_third(t, SENDER, second_sender);
		memset(t->sent, FIRST, t->size);
		if (variant_is_plain_memory(t->variant))
			send_by_halves(t);
		else
			send_until_stopped(t);
		trial_reach(t, FIRST_DONE);
	}
	trial_await(t, NEVER);
}

/* Where it sleeps in recv(): until all that was sent is taken, so that nobody can write over it. */
static void let_receiver_catch_up(struct trial *t)
{
	if (t->variant->blocks)
		watch_rest(t, RECEIVER, LOOKED, STILL_MS);
}

/* Until a step, or where the row can make a process sleep, until it does. Memory makes nobody sleep, only look like it. */
static enum rest await(struct trial *t, int seat, uint32_t step, int still_ms)
{
	if (!variant_is_plain_memory(t->variant))
		return watch_rest(t, seat, step, still_ms);
	return harness_until(t, step) ? STEPPED : LOST;
}

/* The order of events; returns how the receiver ended. */
static enum rest direct(struct trial *t)
{
	bool asleep =
		harness_until(t, ATTACHED) && watch_progress(t, SENDER, FIRST_STOPS, STILL_MS, NOTE_SENT) == RESTING;

	if (asleep)
		harness_stop_owner(t);
	trial_reach(t, RECEIVER_GOES);
	let_receiver_catch_up(t);
	trial_reach(t, SECOND_GOES);
	await(t, THIRD, SECOND_DONE, SECOND_MS);
	let_receiver_catch_up(t);
	trial_reach(t, FIRST_GOES_ON);
	if (asleep)
		harness_signal(t, SENDER, SIGCONT);
	await(t, SENDER, FIRST_DONE, FOR_EVER_MS);
	return await(t, RECEIVER, LOOKED, STILL_MS);
}

static void judge(const long long *note, struct cell *c)
{
	if (note[NOTE_FOREIGN] || note[NOTE_WHOLE] + note[NOTE_TORN] == 0) {
		cell_not_applicable(c, "what arrives is not what was sent");
		return;
	}
	cell_truth(c, note[NOTE_TORN] > 0);
	if (note[NOTE_WHOLE] + note[NOTE_TORN] >
	    note[NOTE_SENT] + 2) /* the one that was stopped, and the second sender's */
		cell_detail(c, "mixed, and more than was sent: there may be one sender only");
	else
		cell_detail(c, "%lld records whole, %lld mixed", note[NOTE_WHOLE], note[NOTE_TORN]);
}

static void torn_ask(const struct variant *v, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .act = act};
	struct trial t;

	if (!v->blocks && !variant_is_plain_memory(v)) {
		cell_not_applicable(
			c, "a sender cannot be stopped in the middle of one system call that does not sleep");
		return;
	}
	harness_start(&t, v, &script, RECORD, c);
	if (harness_end(&t, direct(&t)))
		judge(t.board->note, c);
	harness_close(&t);
}

const struct probe probe_torn = {
	.name = "torn",
	.heading = "TORN",
	.question = "Can a second sender's record get into the middle of a first one's?",
	.views = VIEW_MATRIX,
	.place = 120,
	.unwanted = true,
	.ask = torn_ask,
};

/* buffer - how much can be sent before the sender has to wait for the receiver, or loses it? */
#include "errors.h"
#include "harness.h"
#include "probe.h"

#include <string.h>

enum { ATTACHED = 1, FULL, DRAIN, DRAINED };
enum { NOTE_ACCEPTED, NOTE_ERROR, NOTE_KEPT, NOTE_ARRIVED };
enum { LENGTH = 512, LEAST = 8, MANY = 32768, FEW = 64, STILL_MS = 30 }; /* MANY of them are 16 MiB */

/* A row without waiting has no buffer to fill: a few messages show that they overwrite each other. */
static long long tries(const struct trial *t)
{
	return t->variant->blocks ? MANY : FEW;
}

/* Once the receiver takes some out there is room again, which is not asked for. */
static bool is_filling(const struct trial *t)
{
	return !t->board->note[NOTE_ERROR] && atomic_load(&t->board->step) < DRAIN;
}

/* What is full is so at a second look. */
static ssize_t send_one(struct trial *t)
{
	ssize_t n = trial_try_send(t, t->sent, t->size);

	return n < 0 && error_is_of_room((int)-n) ? trial_try_send(t, t->sent, t->size) : n;
}

static void send_all(struct trial *t)
{
	long long *note = t->board->note;

	trial_reach(t, ATTACHED);       /* from here on only send() can make it wait */
	memset(t->sent, 0xff, t->size); /* to a counter it matters how large the message is as a number */
	for (uint32_t i = 0; i < tries(t) && is_filling(t); i++) {
		uint32_t number = i + 1;
		ssize_t n;

		memcpy(t->sent, &number, sizeof number);
		n = send_one(t);
		if (n < 0)
			note[NOTE_ERROR] = -n;
		else
			note[NOTE_ACCEPTED] = number;
	}
	trial_reach(t, FULL);
	trial_await(t, DRAINED);
}

static void receive_all(struct trial *t)
{
	long long *note = t->board->note;

	trial_await(t, DRAIN);
	for (long long i = 0; i < note[NOTE_KEPT]; i++) {
		uint32_t number;

		if (trial_recv(t, t->seen, t->size) == 0)
			break;
		memcpy(&number, t->seen, sizeof number);
		note[NOTE_ARRIVED] += number == i + 1;
	}
	trial_reach(t, DRAINED);
}

static void act(struct trial *t, enum end end)
{
	if (end == SENDER)
		send_all(t);
	else
		receive_all(t);
}

/* What kept the sender from sending more, or NULL. */
static const char *why_full(enum rest rest, int error)
{
	if (rest == STEPPED)
		return error ? strerror(error) : NULL;
	return rest == RESTING ? "waits" : "uses the CPU while it waits";
}

/* Was all that the sender got rid of kept? */
static void judge(const struct trial *t, const char *full, struct cell *c)
{
	const long long *note = t->board->note;

	if (note[NOTE_ARRIVED] < note[NOTE_KEPT]) {
		cell_word(c, "drops");
		cell_detail(c, "%lld of %lld messages arrive", note[NOTE_ARRIVED], note[NOTE_KEPT]);
		return;
	}
	cell_number(c, (unsigned long long)note[NOTE_KEPT] * t->size);
	cell_detail(c, full ? "then send() %s" : "not full yet", full);
	if (!full)
		cell_fact(c, "bound", "at least");
}

/* Has the receiver take out what the sender got rid of, and judges. */
static void drain(struct trial *t, const char *full, struct cell *c)
{
	t->board->note[NOTE_KEPT] = t->board->note[NOTE_ACCEPTED];
	trial_reach(t, DRAIN);
	if (harness_end(t, watch_progress(t, RECEIVER, DRAINED, STILL_MS, NOTE_ARRIVED)))
		judge(t, full, c);
}

/* False: not one message of that size was taken. */
static bool fill(const struct variant *v, size_t size, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .act = act};
	enum rest rest = LOST;
	bool taken = true;
	struct trial t;
	int error;

	harness_start(&t, v, &script, size, c);
	if (harness_until(&t, ATTACHED))
		rest = watch_progress(&t, SENDER, FULL, STILL_MS, NOTE_ACCEPTED);
	error = rest == STEPPED ? (int)t.board->note[NOTE_ERROR] : 0;
	if (rest != LOST)
		taken = t.board->note[NOTE_ACCEPTED] > 0 || !(rest == RESTING || error_is_of_size(error));
	if (rest == LOST)
		harness_finish(&t);
	else if (!error || (error_is_of_room(error) && t.board->note[NOTE_ACCEPTED] > 0))
		drain(&t, why_full(rest, error), c);
	else if (harness_end(&t, rest))
		trial_tell(&t, SENDER, -error, "filling it", c);
	harness_close(&t);
	return taken;
}

/* A limit may be lower than the row knows (msgmnb of sysvipc(7)): then messages are sent that it has room for. */
static void buffer_ask(const struct variant *v, struct cell *c)
{
	size_t size = LENGTH;

	while (!fill(v, size, c) && size > LEAST)
		size /= 2;
	if (size < LENGTH && c->kind == NUMERAL && c->number > 0)
		cell_detail(c, "in messages of %zu", size);
}

const struct probe probe_buffer = {
	.name = "buffer",
	.heading = "BUFFER",
	.question = "How many bytes, in messages of 512, does it take before the sender has to wait, or loses them?",
	.views = VIEW_MATRIX,
	.place = 100,
	.alone = true,
	.ask = buffer_ask,
};

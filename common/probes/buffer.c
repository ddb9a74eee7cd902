/* buffer - how much can be sent before the sender has to wait for the receiver, or loses it? */
#include "harness.h"
#include "probe.h"

#include <string.h>

enum { ATTACHED = 1, FULL, DRAIN, DRAINED };
enum { NOTE_ACCEPTED, NOTE_ERROR, NOTE_ARRIVED };
enum { LENGTH = 512, MANY = 32768, FEW = 64, STILL_MS = 30 }; /* MANY of them are 16 MiB */

/* A row without waiting has no buffer to fill: a few messages show that they overwrite each other. */
static long long tries(const struct trial *t)
{
	return t->variant->blocks ? MANY : FEW;
}

static void send_all(struct trial *t)
{
	long long *note = t->board->note;

	trial_reach(t, ATTACHED);       /* from here on only send() can make it wait */
	memset(t->sent, 0xff, t->size); /* to a counter it matters how large the message is as a number */
	for (uint32_t i = 0; i < tries(t) && !note[NOTE_ERROR]; i++) {
		uint32_t number = i + 1;
		ssize_t n;

		memcpy(t->sent, &number, sizeof number);
		n = trial_try_send(t, t->sent, t->size);
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
	for (long long i = 0; i < note[NOTE_ACCEPTED]; i++) {
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

/* The sender never had to wait: was everything kept? */
static void judge_unlimited(const struct trial *t, struct cell *c)
{
	const long long *note = t->board->note;

	if (note[NOTE_ARRIVED] < note[NOTE_ACCEPTED]) {
		cell_word(c, "drops");
		cell_detail(c, "%lld of %lld messages arrive", note[NOTE_ARRIVED], note[NOTE_ACCEPTED]);
	} else {
		cell_number(c, (unsigned long long)note[NOTE_ACCEPTED] * t->size);
		cell_detail(c, "not full yet");
		cell_fact(c, "bound", "at least");
	}
}

static void buffer_ask(const struct variant *v, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .act = act};
	enum rest rest = LOST;
	struct trial t;

	harness_start(&t, v, &script, LENGTH, c);
	if (harness_until(&t, ATTACHED))
		rest = watch_progress(&t, SENDER, FULL, STILL_MS, NOTE_ACCEPTED);
	if (rest == STEPPED && !t.board->note[NOTE_ERROR]) {
		trial_reach(&t, DRAIN);
		if (harness_end(&t, watch_progress(&t, RECEIVER, DRAINED, STILL_MS, NOTE_ARRIVED)))
			judge_unlimited(&t, c);
	} else if (harness_end(&t, rest)) {
		cell_number(c, (unsigned long long)t.board->note[NOTE_ACCEPTED] * t.size);
		cell_detail(c, "then send() %s",
			    rest == STEPPED ? strerror((int)t.board->note[NOTE_ERROR]) : "waits");
	}
	harness_close(&t);
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

#include "exchange.h"

#include "message.h"

#include <string.h>

enum { ATTACHED = 1, SENT, RECEIVED };

void exchange_act(struct trial *t, enum end end)
{
	if (end == SENDER) {
		trial_await(t, ATTACHED); /* a sender that reaches into the receiver needs its consent first */
		trial_make_message(t);
		trial_send(t, t->sent, t->size);
		trial_reach(t, SENT);
		trial_await(t, RECEIVED); /* a receiver may fetch the message from this process */
	} else {
		trial_reach(t, ATTACHED);
		if (!t->variant->blocks)
			trial_await(t, SENT);
		trial_recv(t, t->seen, t->size);
		trial_reach(t, RECEIVED);
	}
}

static enum saw seen(const struct trial *t)
{
	if (t->board->length != t->size)
		return SAW_GARBLED;
	return message_judge(t->seen, t->sent, t->board->filled ? t->before : NULL, t->size);
}

void exchange_judge(const struct trial *t, struct cell *c)
{
	cell_truth(c, seen(t) == SAW_MESSAGE);
	c->saw = seen(t);
	if (t->board->length != t->size)
		cell_detail(c, "%zu of %zu bytes", t->board->length, t->size);
}

/* Crashed or hung: then nothing was delivered, unless it was only after that. */
static void judge_failure(const struct trial *t, struct cell *c)
{
	bool received = atomic_load(&t->board->step) >= RECEIVED;

	c->kind = TRUTH;
	c->truth = received && seen(t) == SAW_MESSAGE;
	c->saw = received ? seen(t) : SAW_NOTHING;
}

void exchange_play(const struct variant *v, const struct script *script, size_t size, struct cell *c)
{
	struct trial t;

	if (harness_run(&t, v, script, size, c))
		exchange_judge(&t, c);
	else if (c->status == CRASHED || c->status == HUNG)
		judge_failure(&t, c);
	harness_close(&t);
}

void exchange_ask(const struct variant *v, enum end owner, size_t size, struct cell *c)
{
	const struct script script = {.owner = owner, .act = exchange_act};

	exchange_play(v, &script, size, c);
}

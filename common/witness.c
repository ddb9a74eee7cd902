#include "witness.h"

#include <string.h>

enum { HELD = 1, WRITTEN, WITNESSED };

/* The page is touched on both sides before it is written: a copy can only be told from one that has not been made yet. */
static void hold_still(struct trial *t, enum end end)
{
	trial_touch(t);
	if (end == SENDER) {
		trial_await(t, HELD);
		trial_make_message(t);
		trial_send(t, t->sent, t->size);
		trial_reach(t, WRITTEN);
	} else {
		trial_reach(t, HELD);
		if (t->variant->recv)
			trial_recv(t, t->seen, t->size);
	}
	trial_await(t, WITNESSED);
}

void witness_ask(const struct variant *v, struct cell *c, void (*look)(struct trial *t, struct cell *c))
{
	static const struct script script = {.owner = SENDER, .act = hold_still};
	struct cell answer = *c;
	struct trial t;

	if (!variant_has_memory(v)) {
		cell_not_applicable(c, "no memory that both ends hope to share");
		return;
	}
	harness_start(&t, v, &script, MESSAGE_SIZE, c);
	if (harness_until(&t, WRITTEN)) {
		look(&t, &answer);
		trial_reach(&t, WITNESSED);
	}
	if (harness_finish(&t)) {
		memcpy(answer.leak, c->leak, sizeof answer.leak);
		*c = answer;
	}
	harness_close(&t);
}

/* persists - both ends have ended without a teardown: can a new process still receive what was sent before? */
#include "errors.h"
#include "exchange.h"
#include "probe.h"

#include <string.h>

enum { ATTACHED = 1, SENT, GOT };
enum { STILL_MS = 30 };

/* The receiver is there but does not take the message. */
static void leave_it(struct trial *t, enum end end)
{
	if (end == RECEIVER) {
		trial_reach(t, ATTACHED);
		trial_await(t, SENT);
		return;
	}
	trial_await(t, ATTACHED);
	trial_make_message(t);
	trial_send(t, t->sent, t->size);
	trial_reach(t, SENT);
}

static void take_it(struct trial *t, enum end end)
{
	(void)end;
	trial_recv(t, t->seen, t->size);
	trial_reach(t, GOT);
}

/* The newcomer failed to join or to receive: that is an answer, unless it says nothing. */
static void judge_failure(const struct trial *t, struct cell *c)
{
	const struct report *r = &t->board->report[RECEIVER];

	if (!r->error || r->failed_in == STARTING)
		return;
	if (error_says_nothing(t->variant, r->error)) {
		cell_error(c, r->error, r->call, "the newcomer");
		return;
	}
	cell_truth(c, false);
	if (r->failed_in == IN_JOIN && !t->variant->join)
		cell_detail(c, "nothing to join by");
	else
		cell_detail(c, "%s: %s", r->call, strerror(r->error));
}

static void visit(const struct trial *earlier, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .peer = STRANGER, .leave = true, .act = take_it};
	enum rest rest;
	struct trial t;

	harness_visit(&t, &script, RECEIVER, earlier, c);
	rest = watch_rest(&t, RECEIVER, GOT, STILL_MS);
	if (rest == RESTING && harness_end(&t, rest)) {
		cell_truth(c, false);
		cell_detail(c, "%s waits", phase_name(t.board->report[RECEIVER].phase));
	} else if (harness_finish(&t)) {
		exchange_judge(&t, c);
	} else if (t.board) {
		judge_failure(&t, c);
	}
	harness_close(&t);
}

static void persists_ask(const struct variant *v, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .leave = true, .act = leave_it};
	struct trial t;

	harness_start(&t, v, &script, MESSAGE_SIZE, c);
	if (harness_finish(&t))
		visit(&t, c);
	harness_remove(&t);
	harness_close(&t);
}

const struct probe probe_persists = {
	.name = "persists",
	.heading = "PERSISTS",
	.question = "Can a new process still receive a message whose sender and receiver have both ended?",
	.views = VIEW_MATRIX,
	.place = 180,
	.ask = persists_ask,
};

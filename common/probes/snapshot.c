/* snapshot - is what was written before fork() seen in the child? */
#include "errors.h"
#include "harness.h"
#include "message.h"
#include "probe.h"

#include <string.h>

/* Plain memory got its content from the harness already; anything else is sent to while there is only one process. */
static void send_early(struct trial *t)
{
	if (!t->variant->send)
		return;
	trial_make_message(t);
	trial_send(t, t->sent, t->size);
}

static void look(struct trial *t, enum end end)
{
	if (end == RECEIVER)
		trial_recv(t, t->seen, t->size);
}

static void judge(const struct trial *t, struct cell *c)
{
	const unsigned char *early = t->variant->send ? t->sent : t->before;
	enum saw saw = message_judge(t->seen, early, NULL, t->size);

	if (!t->variant->send && !t->board->filled) {
		cell_not_applicable(c, "there is no memory before fork()");
		return;
	}
	if (t->board->length != t->size)
		saw = SAW_GARBLED;
	cell_truth(c, saw == SAW_MESSAGE);
	c->saw = saw;
}

static bool could_not_send_early(const struct trial *t)
{
	const struct report *owner = &t->board->report[SENDER];

	return t->board->report[RECEIVER].pid == 0 && owner->error && !owner->breach[0] &&
	       owner->failed_in == IN_SEND && !error_says_nothing(t->variant, owner->error);
}

static void snapshot_ask(const struct variant *v, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .before = send_early, .act = look};
	struct trial t;

	if (harness_run(&t, v, &script, MESSAGE_SIZE, c))
		judge(&t, c);
	else if (t.board && could_not_send_early(&t))
		cell_not_applicable(c, "no way to send before fork(): %s: %s", t.board->report[SENDER].call,
				    strerror(t.board->report[SENDER].error));
	harness_close(&t);
}

const struct probe probe_snapshot = {
	.name = "snapshot",
	.heading = "SNAPSHOT",
	.question = "Is what was written before fork() seen in the child?",
	.views = VIEW_RUN | VIEW_MATRIX,
	.place = 30,
	.ask = snapshot_ask,
};

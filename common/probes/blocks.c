/* blocks - does the receiver sleep until the message is there, and is it woken then? */
#include "activity.h"
#include "clock.h"
#include "harness.h"
#include "message.h"
#include "probe.h"

enum { LOOKING = 1, GO, GOT, SENT };
enum { STILL_MS = 8, LOOKS_MS = 20 }; /* whoever sleeps for a shorter time between two looks polls */

static void act(struct trial *t, enum end end)
{
	if (end == RECEIVER) {
		trial_reach(t, LOOKING);
		trial_recv(t, t->seen, t->size);
		trial_reach(t, GOT);
		trial_await(t, SENT); /* the sender may need a living receiver */
	} else {
		trial_await(t, GO);
		trial_make_message(t);
		trial_send(t, t->sent, t->size);
		trial_reach(t, SENT);
		trial_await(t, GOT);
	}
}

/* It sleeps, but not until it is woken. Some rows look up now and then, to see whether the other end still lives. */
static bool polls(struct trial *t)
{
	pid_t pid = t->board->report[RECEIVER].pid;
	struct activity before, after;
	long long start = clock_now();

	if (activity_read(pid, &before) != 0 || activity_stuck(&before))
		return false;
	watch_rest(t, RECEIVER, GOT, STILL_MS);
	if (activity_read(pid, &after) != 0)
		return false;
	return (long long)(after.runs - before.runs) > (clock_now() - start) / (LOOKS_MS * NS_PER_MS) + 1;
}

static void judge(const struct trial *t, enum rest rest, bool polling, struct cell *c)
{
	bool woken = message_judge(t->seen, t->sent, NULL, t->size) == SAW_MESSAGE;

	cell_truth(c, rest == RESTING && !polling && woken);
	if (rest == STEPPED)
		cell_detail(c, "recv() returns at once");
	else if (rest == SPINNING)
		cell_detail(c, "recv() uses the CPU while it waits");
	else if (polling)
		cell_detail(c, "recv() wakes up again and again by itself");
	else if (!woken)
		cell_detail(c, "recv() slept, but did not get the message");
}

static void blocks_ask(const struct variant *v, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .act = act};
	enum rest rest = LOST;
	bool polling = false;
	struct trial t;

	harness_start(&t, v, &script, MESSAGE_SIZE, c);
	if (harness_until(&t, LOOKING)) {
		rest = watch_rest(&t, RECEIVER, GOT, STILL_MS);
		polling = rest == RESTING && polls(&t);
		trial_reach(&t, GO);
	}
	if (harness_finish(&t))
		judge(&t, rest, polling, c);
	harness_close(&t);
}

const struct probe probe_blocks = {
	.name = "blocks",
	.heading = "BLOCKS",
	.question = "Does the receiver sleep until the message is there, and is it woken then?",
	.views = VIEW_MATRIX,
	.place = 60,
	.ask = blocks_ask,
};

/* blocks - does the receiver sleep until the message is there, and is it woken then? */
#include "activity.h"
#include "clock.h"
#include "failure.h"
#include "harness.h"
#include "message.h"
#include "probe.h"

enum { LOOKING = 1, GO, GOT, SENT };
enum { STILL_MS = 8, LOOKS = 3, LOOKS_MS = 20 }; /* whoever sleeps for a shorter time between two looks polls */

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
static int look_for_polling(struct trial *t, bool *polling)
{
	pid_t pid = t->board->report[RECEIVER].pid;
	struct activity before, after;
	long long start = clock_now();
	int error = activity_read(pid, &before);

	if (error || activity_stuck(&before))
		return error;
	watch_rest(t, RECEIVER, GOT, STILL_MS);
	error = activity_read(pid, &after);
	if (!error)
		*polling = (long long)(after.runs - before.runs) > (clock_now() - start) / (LOOKS_MS * NS_PER_MS) + 1;
	return error;
}

/* Again and again: who looks up just then may be seen to run several times, if it is traced say. */
static int find_polling(struct trial *t, bool *polling)
{
	int error = 0;

	*polling = true;
	for (int i = 0; i < LOOKS && *polling && !error; i++) {
		*polling = false;
		error = look_for_polling(t, polling);
	}
	return error;
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
	bool polling = false, finished;
	int error = 0;
	struct trial t;

	harness_start(&t, v, &script, MESSAGE_SIZE, c);
	if (harness_until(&t, LOOKING)) {
		rest = watch_rest(&t, RECEIVER, GOT, STILL_MS);
		error = rest == RESTING ? find_polling(&t, &polling) : 0;
		trial_reach(&t, GO);
	}
	finished = harness_finish(&t);
	if (finished && error)
		cell_no_proc(c, -error, call_that_failed(-error, "open"), "looking into /proc");
	else if (finished)
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

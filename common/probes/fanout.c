/* fanout - two receivers: does each message reach both, or one of them? */
#include "errors.h"
#include "harness.h"
#include "probe.h"

#include <string.h>

enum { READY = 1, SENT, GOT, SEND_SECOND, THIRD_GOT };
enum { STILL_MS = 20, FOR_EVER_MS = 300 };

static size_t half(const struct trial *t)
{
	return t->size / 2;
}

static void second_receiver(struct trial *t, enum end end)
{
	(void)end;
	trial_reach(t, READY);
	trial_await(t, GOT);
	trial_recv(t, t->seen + half(t), half(t));
	trial_reach(t, THIRD_GOT);
}

static void act(struct trial *t, enum end end)
{
	if (end == SENDER) {
		trial_await(t, READY);
		trial_make_message(t);
		trial_send(t, t->sent, half(t));
		trial_reach(t, SENT);
		trial_await(t, SEND_SECOND);
		t->board->note[0] = trial_try_send(t, t->sent + half(t), half(t));
	} else {
		trial_fork_third(t, RECEIVER, second_receiver);
		trial_await(t, t->variant->blocks ? READY : SENT);
		trial_recv(t, t->seen, half(t));
		trial_reach(t, GOT);
	}
	trial_await(t, THIRD_GOT);
}

static void judge(const struct trial *t, enum rest rest, struct cell *c)
{
	const unsigned char *one = t->sent, *two = t->sent + half(t), *second = t->seen + half(t);
	const long long second_sent = t->board->note[0];

	/* A row that reaches into one process, which may have ended by then, does not know the third. */
	if (second_sent < 0 && !(t->variant->group == REACH && error_is_of_peer(t->variant, (int)-second_sent)))
		trial_tell(t, SENDER, second_sent, "the second message", c);
	else if (memcmp(t->seen, one, half(t)) != 0)
		cell_not_applicable(c, "nothing that was sent arrives");
	else if (rest == STEPPED && memcmp(second, one, half(t)) == 0)
		cell_word(c, "all");
	else if (rest == STEPPED && memcmp(second, two, half(t)) == 0)
		cell_word(c, "one each");
	else
		cell_word(c, "first only");
}

static void fanout_ask(const struct variant *v, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .act = act};
	enum rest rest = LOST;
	struct trial t;

	harness_start(&t, v, &script, MESSAGE_SIZE, c);
	if (harness_until(&t, GOT))
		rest = watch_rest(&t, THIRD, THIRD_GOT, STILL_MS);
	if (rest == RESTING) {
		trial_reach(&t, SEND_SECOND);
		rest = watch_rest(&t, THIRD, THIRD_GOT, FOR_EVER_MS);
	}
	if (harness_end(&t, rest))
		judge(&t, rest, c);
	harness_close(&t);
}

const struct probe probe_fanout = {
	.name = "fanout",
	.heading = "FANOUT",
	.question = "With two receivers, does each message reach all of them, or do they get one each?",
	.views = VIEW_MATRIX,
	.place = 110,
	.ask = fanout_ask,
};

/* broken - the receiver is killed: does the sender learn of it, by an error or by a signal? */
#include "errors.h"
#include "harness.h"
#include "probe.h"

#include <signal.h>
#include <string.h>

enum { RECEIVER_READY = 1, READY, KILLED, DONE, NEVER };
enum { NOTE_ACCEPTED, NOTE_ERROR };
enum { LENGTH = 512, MANY = 4096, FEW = 64, FOR_EVER_MS = 300 };

static void send_until_told(struct trial *t)
{
	long long *note = t->board->note;
	long long tries = t->variant->blocks ? MANY : FEW;

	trial_await(t, RECEIVER_READY);
	trial_reach(t, READY);
	trial_await(t, KILLED);
	trial_make_message(t);
	while (note[NOTE_ACCEPTED] < tries && !note[NOTE_ERROR]) {
		ssize_t n = trial_try_send(t, t->sent, t->size);
		if (n < 0)
			note[NOTE_ERROR] = -n;
		else
			note[NOTE_ACCEPTED]++;
	}
	trial_reach(t, DONE);
	trial_await(t, NEVER);
}

static void act(struct trial *t, enum end end)
{
	if (end == SENDER) {
		send_until_told(t);
	} else {
		trial_reach(t, RECEIVER_READY);
		trial_await(t, NEVER);
	}
}

static void judge(const struct trial *t, enum rest rest, struct cell *c)
{
	const long long *note = t->board->note;
	int error = rest == STEPPED ? (int)note[NOTE_ERROR] : 0;

	if (error && error_is_of_peer(t->variant, error)) {
		cell_word(c, "error");
		cell_detail(c, "send() returns %s", strerror(error));
	} else if (error && !(error_is_of_room(error) && note[NOTE_ACCEPTED] > 0)) {
		trial_tell(t, SENDER, -error, "after the receiver was killed", c);
	} else {
		cell_word(c, "no");
		cell_detail(c, "%lld messages accepted%s%s", note[NOTE_ACCEPTED],
			    rest == STEPPED ? "" : ", then it waits", error ? ", then it is full" : "");
	}
}

static void broken_ask(const struct variant *v, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .act = act};
	enum rest rest = LOST;
	struct trial t;

	harness_start(&t, v, &script, LENGTH, c);
	if (harness_until(&t, READY)) {
		harness_kill(&t, RECEIVER);
		trial_reach(&t, KILLED);
		rest = watch_progress(&t, SENDER, DONE, FOR_EVER_MS, NOTE_ACCEPTED);
	}
	if (harness_end(&t, rest))
		judge(&t, rest, c);
	else if (c->status == CRASHED && c->signal == SIGPIPE)
		cell_word(c, "signal");
	harness_close(&t);
}

const struct probe probe_broken = {
	.name = "broken",
	.heading = "BROKEN",
	.question = "When the receiver is killed, does the sender learn of it: by an error, by a signal, or not?",
	.views = VIEW_MATRIX,
	.place = 140,
	.ask = broken_ask,
};

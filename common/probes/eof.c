/* eof - the sender is killed: does the receiver that waits for it learn of that? */
#include "errors.h"
#include "harness.h"
#include "probe.h"

#include <string.h>

enum { CONNECTED = 1, LOOKING, GOT, NEVER };
enum { STILL_MS = 8, FOR_EVER_MS = 300 };

static void act(struct trial *t, enum end end)
{
	if (end == SENDER) {
		trial_reach(t, CONNECTED); /* one that dies before that was never there */
		trial_await(t, NEVER);
	} else {
		trial_await(t, CONNECTED);
		trial_reach(t, LOOKING);
		t->board->note[0] = trial_try_recv(t, t->seen, t->size);
		trial_reach(t, GOT);
	}
}

static void judge(const struct trial *t, enum rest rest, struct cell *c)
{
	long long n = t->board->note[0];

	if (rest == STEPPED && n < 0 && !error_is_of_peer(t->variant, (int)-n)) {
		trial_tell(t, RECEIVER, n, "after the sender was killed", c);
		return;
	}
	cell_truth(c, rest == STEPPED && n <= 0);
	if (rest != STEPPED)
		cell_detail(c, "recv() waits for ever");
	else if (n > 0)
		cell_detail(c, "recv() returns %lld bytes that nobody sent", n);
	else
		cell_detail(c, "recv() returns %s", n == 0 ? "0" : strerror((int)-n));
}

static void eof_ask(const struct variant *v, struct cell *c)
{
	/* The sender is the peer: were it the owner, the kernel would send the receiver after it. */
	static const struct script script = {.owner = RECEIVER, .act = act};
	enum rest rest = LOST;
	bool waits;
	struct trial t;

	harness_start(&t, v, &script, MESSAGE_SIZE, c);
	if (harness_until(&t, LOOKING))
		rest = watch_rest(&t, RECEIVER, GOT, STILL_MS);
	waits = rest == RESTING;
	if (waits) {
		harness_kill(&t, SENDER);
		rest = watch_rest(&t, RECEIVER, GOT, FOR_EVER_MS);
	}
	if (harness_end(&t, rest) && waits)
		judge(&t, rest, c);
	else if (rest == STEPPED && t.board->note[0] < 0)
		trial_tell(&t, RECEIVER, t.board->note[0], "before the sender was killed", c);
	else if (rest != LOST)
		cell_not_applicable(c, "recv() does not sleep until something comes");
	harness_close(&t);
}

const struct probe probe_eof = {
	.name = "eof",
	.heading = "EOF",
	.question = "When the sender is killed, does the waiting receiver learn of it?",
	.views = VIEW_MATRIX,
	.place = 130,
	.ask = eof_ask,
};

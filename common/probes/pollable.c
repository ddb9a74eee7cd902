/* pollable - does poll(2) on the receiving descriptor tell when there is a message? */
#include "harness.h"
#include "probe.h"

#include <errno.h>
#include <poll.h>

enum { LOOKED = 1, SENT, DONE };
enum { NOTE_NONE, NOTE_BEFORE, NOTE_AFTER };
enum { PATIENCE_MS = 1000 };

/* 1 or 0; -errno. */
static int ready(int fd, int timeout_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int n = poll(&p, 1, timeout_ms);

	if (n >= 0)
		return n == 1 && (p.revents & POLLIN);
	return errno == EINTR ? ready(fd, timeout_ms) : -errno;
}

static void act(struct trial *t, enum end end)
{
	if (end == SENDER) {
		trial_await(t, LOOKED);
		trial_make_message(t);
		trial_send(t, t->sent, t->size);
		trial_reach(t, SENT);
		trial_await(t, DONE);
		return;
	}
	t->board->note[NOTE_NONE] = t->link.fd[0] == -1;
	t->board->note[NOTE_BEFORE] = ready(t->link.fd[0], 0);
	trial_reach(t, LOOKED);
	trial_await(t, SENT);
	t->board->note[NOTE_AFTER] = ready(t->link.fd[0], t->link.fd[0] == -1 ? 0 : PATIENCE_MS);
	trial_reach(t, DONE);
}

static void judge(const long long *note, struct cell *c)
{
	if (note[NOTE_NONE]) {
		cell_not_applicable(c, "the receiver has no descriptor");
		return;
	}
	for (int i = NOTE_BEFORE; i <= NOTE_AFTER; i++) {
		if (note[i] < 0) {
			cell_error(c, (int)-note[i], "poll", "receiver");
			return;
		}
	}
	cell_truth(c, !note[NOTE_BEFORE] && note[NOTE_AFTER]);
	if (note[NOTE_BEFORE])
		cell_detail(c, "ready before anything was sent");
	else if (!note[NOTE_AFTER])
		cell_detail(c, "not ready although there is a message");
}

static void pollable_ask(const struct variant *v, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .act = act};
	struct trial t;

	if (harness_run(&t, v, &script, MESSAGE_SIZE, c))
		judge(t.board->note, c);
	harness_close(&t);
}

const struct probe probe_pollable = {
	.name = "pollable",
	.heading = "POLLABLE",
	.question = "Is the receiving descriptor ready for poll(2) when there is a message, and only then?",
	.views = VIEW_MATRIX,
	.place = 70,
	.ask = pollable_ask,
};

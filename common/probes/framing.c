/* framing - what becomes of the rest of a message when the receiver has too little room, and of a second message? */
#include "errors.h"
#include "harness.h"
#include "probe.h"

#include <string.h>

enum { ATTACHED = 1, SENT, LOOK, FIRST, SECOND };
enum { NOTE_FIRST, NOTE_SECOND };
enum { LENGTH = 8, ROOM = 3, STILL_MS = 20, FOR_EVER_MS = 300, NOTHING = -1000 };

/* Two messages, so small at both ends that counters can add them up. */
static void make_two(struct trial *t)
{
	trial_make_message(t);
	for (int k = 0; k < 2; k++)
		t->sent[k * LENGTH] = t->sent[k * LENGTH + LENGTH - 1] = (unsigned char)(1 + k);
}

static void act(struct trial *t, enum end end)
{
	long long *note = t->board->note;

	if (end == SENDER) {
		trial_reach(t, ATTACHED); /* from here on only send() can make it wait */
		make_two(t);
		trial_send(t, t->sent, LENGTH);
		trial_send(t, t->sent + LENGTH, LENGTH);
		trial_reach(t, SENT);
		trial_await(t, SECOND);
		return;
	}
	note[NOTE_FIRST] = note[NOTE_SECOND] = NOTHING;
	trial_await(t, LOOK);
	note[NOTE_FIRST] = trial_try_recv(t, t->seen, ROOM);
	trial_reach(t, FIRST);
	note[NOTE_SECOND] = trial_try_recv(t, t->seen + LENGTH, LENGTH);
	trial_reach(t, SECOND);
}

/* The sum of both messages as numbers of the machine. */
static void add(const unsigned char *sent, unsigned char *sum)
{
	uint64_t a, b;

	memcpy(&a, sent, sizeof a);
	memcpy(&b, sent + LENGTH, sizeof b);
	a += b;
	memcpy(sum, &a, sizeof a);
}

static void judge(const struct trial *t, struct cell *c)
{
	const unsigned char *one = t->sent, *two = t->sent + LENGTH, *got = t->seen, *then = t->seen + LENGTH;
	const long long first = t->board->note[NOTE_FIRST], second = t->board->note[NOTE_SECOND];
	bool refused = first < 0 && error_is_of_size((int)-first);
	bool failed = first < 0 && first != NOTHING && !refused;
	unsigned char sum[LENGTH];

	if (failed || (second < 0 && second != NOTHING)) {
		trial_tell(t, RECEIVER, failed ? first : second,
			   failed ? "with room for a part of the message" : "the second message", c);
		return;
	}
	add(t->sent, sum);
	if (memcmp(got, sum, ROOM) == 0 || (refused && memcmp(then, sum, LENGTH) == 0))
		cell_word(c, "added");
	else if (!refused && memcmp(got, one, ROOM) == 0 && memcmp(then, one + ROOM, LENGTH - ROOM) == 0)
		cell_word(c, "stream");
	else if ((refused && memcmp(then, one, LENGTH) == 0) ||
		 ((refused || memcmp(got, one, ROOM) == 0) && memcmp(then, two, LENGTH) == 0))
		cell_word(c, "message");
	else if (!refused && memcmp(got, two, ROOM) == 0)
		cell_word(c, "overwritten");
	else
		cell_not_applicable(c, "nothing that was sent arrives");
	if (c->kind == WORD && strcmp(c->word, "message") == 0)
		cell_detail(c, refused ? "too little room: refused" : "too little room: the rest is lost");
}

static void framing_ask(const struct variant *v, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .any_size = true, .act = act};
	struct trial t;

	if (v->max_message && v->max_message < LENGTH) {
		cell_not_applicable(c, "messages of %d bytes do not fit", LENGTH);
		return;
	}
	harness_start(&t, v, &script, MESSAGE_SIZE, c);
	if (harness_until(&t, ATTACHED))
		watch_rest(&t, SENDER, SENT, STILL_MS);
	trial_reach(&t, LOOK);
	if (harness_end(&t, watch_rest(&t, RECEIVER, SECOND, FOR_EVER_MS)))
		judge(&t, c);
	harness_close(&t);
}

const struct probe probe_framing = {
	.name = "framing",
	.heading = "FRAMING",
	.question = "Are the boundaries of messages kept, or is it a stream, a cell that is overwritten, a sum?",
	.views = VIEW_MATRIX,
	.place = 80,
	.ask = framing_ask,
};

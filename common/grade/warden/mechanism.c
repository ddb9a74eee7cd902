#include "mechanism.h"

#include "evidence.h"
#include "exchange.h"
#include "guard.h"
#include "sockets.h"

#include <string.h>

enum { MESSAGE_SIZE = 64, GUARDED_SIZE = LEAST_SIZE, GUARDED_BYTES = 3 * GUARDED_SIZE };

/* What may carry bytes in a guarded case, in words; no name = nothing of it can be asked about. */
static const struct guarded {
	const char *only, *name;
} guarded[] = {
	[ANY_SHARED_MEMORY] = {"once calls that can tell it are denied", NULL},
	[POSIX_SHARED_MEMORY] = {"once calls that can tell it are denied", NULL},
	[WAKING_SHARED_MEMORY] = {"once calls that can tell it are denied", NULL},
	[ANY_PIPE] = {"once only pipes may carry bytes", "pipes"},
	[ANY_MESSAGES] = {"once only what keeps boundaries may carry bytes", "objects that keep boundaries"},
	[ANY_RENDEZVOUS] = {NULL, NULL},
};

static void close_ways(const struct bout *b)
{
	const struct seat *s = &b->seats[bout_sender(b, 0)], *r = &b->seats[bout_receiver(b, 0)];
	const unsigned long lines[] = {socket_far_end(s->pid, CONNECTION, s->fd),
				       socket_far_end(r->pid, CONNECTION, r->fd)};

	guard_close_ways(b->warden->level->mechanism, s->pid, r->pid, lines, GUARDED_BYTES);
}

/* Of bytes that come one after another a thread that reads ahead may take more than was there when it was looked at. */
static void exchange_guarded(struct bout *b)
{
	if (b->warden->level->traffic == BYTES)
		exchange_singly(b, 0);
	else
		exchange_all(b, 0);
}

/*
 * Once both ends are attached, an answer needs nothing else that carries bytes. 0, or how many what is asked for did not
 * carry: what is asked for before that, or comes after a look, is not counted; so half of them are enough.
 */
static size_t run_guarded(struct bout *b)
{
	size_t size = b->warden->level->traffic == MESSAGES ? MESSAGE_SIZE : GUARDED_SIZE, carried;
	bool ok;

	b->guarded = true;
	ok = bout_open(b, "s", exchange_size()) && exchange_fill_same(size, (uint32_t)(GUARDED_BYTES / size));
	close_ways(b);
	if (ok)
		exchange_guarded(b);
	bout_close(b);
	carried = guard_carried();
	return 2 * carried < GUARDED_BYTES ? GUARDED_BYTES - carried : 0;
}

static void say_guarded(struct bout *b, const struct sighting *s)
{
	const bool seen = evidence_meets(s, b->warden->level->mechanism);
	const struct guarded *g = &guarded[b->warden->level->mechanism];
	size_t missing;

	if (bout_tired()) {
		say(ITEM_MECHANISM, NOT_CHECKABLE, "tired", "%s; whether anything else carries it was not tried",
		    s->text);
		return;
	}
	missing = run_guarded(b);
	if (guard_error() != 0)
		trouble_set(&b->trouble, "grader", "the calls could not be watched: %s", strerror(guard_error()));
	if (strcmp(b->trouble.cause, "grader") == 0 || guard_error() != 0)
		say(ITEM_MECHANISM, seen ? PASSED : NOT_CHECKABLE, "grader",
		    "%s; whether anything else carries it: %s", s->text, b->trouble.text);
	else if (strcmp(b->trouble.cause, "tired") == 0 || strcmp(b->trouble.cause, "slow") == 0)
		say(ITEM_MECHANISM, NOT_CHECKABLE, b->trouble.cause, "%s", b->trouble.text);
	else if (b->trouble.cause[0])
		say(ITEM_MECHANISM, FAILED_IT, "other", "%s: %.150s", g->only, b->trouble.text);
	else if (g->name && missing > 0)
		say(ITEM_MECHANISM, FAILED_IT, "other", "%zu of %d bytes did not go from end to end by %s", missing,
		    GUARDED_BYTES, g->name);
	else if (g->name)
		say(ITEM_MECHANISM, PASSED, "", "%s, and nothing but %s is needed", s->text, g->name);
	else
		say(ITEM_MECHANISM, PASSED, "", "%s, and no read or write is needed", s->text);
}

/* By a thread that reads ahead, say: then only what goes through pipes tells. */
static bool is_taken_at_once(const struct bout *b, const struct sighting *s, bool at_rest)
{
	return at_rest && !s->text[0] && !b->trouble.cause[0];
}

static void say_mechanism(struct bout *b, const struct sighting *s, bool at_rest)
{
	enum mechanism asked = b->warden->level->mechanism;

	if (asked == ANY_PIPE && b->warden->guards && is_taken_at_once(b, s, at_rest))
		say_guarded(b, &(struct sighting){.text = "it was taken at once"});
	else if (evidence_meets(s, asked) && b->warden->guards && guarded[asked].only)
		say_guarded(b, s);
	else if (evidence_meets(s, asked))
		say(ITEM_MECHANISM, PASSED, "", "%s", s->text);
	else if (b->trouble.cause[0])
		say(ITEM_MECHANISM, NOT_CHECKABLE, b->trouble.cause, "%s", b->trouble.text);
	else if (!at_rest)
		say(ITEM_MECHANISM, NOT_CHECKABLE, "slow", "send() neither returned nor slept within %d ms",
		    PATIENCE_MS);
	else
		say(ITEM_MECHANISM, FAILED_IT, "other", "%s",
		    s->text[0] ? s->text : "the message was in no object that this level asks for");
}

/* The message stays on its way for as long as the receiver is not told to take it: the time to see where it is. */
void mechanism_sender_first(struct bout *b)
{
	struct sighting s = {0};
	struct ends e;
	bool at_rest = false, ok = bout_open(b, "s", exchange_size()) && exchange_fill_same(MESSAGE_SIZE, 1);

	if (ok) {
		e = (struct ends){b->seats[OWNER].pid, b->seats[PEER].pid, {b->seats[OWNER].fd, b->seats[PEER].fd}};
		exchange_send(b, 0);
		at_rest = bout_await_rest(b, bout_sender(b, 0));
		evidence_look(&s, &e, exchange_parcel()->data, MESSAGE_SIZE);
		exchange_recv(b, 0, b->warden->level->traffic == MESSAGES ? b->warden->level->largest : 0);
		ok = exchange_finish(b, 0);
	}
	if (ok) {
		evidence_look(&s, &e, exchange_parcel()->data, MESSAGE_SIZE);
		bout_attest(b);
	}
	bout_close(b);
	say_judged(ITEM_SENDER_FIRST, &b->trouble, "the message waited for its receiver");
	say_mechanism(b, &s, at_rest);
}

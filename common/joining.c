#include "joining.h"

#include "activity.h"
#include "errors.h"
#include "exchange.h"
#include "execed.h"
#include "failure.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool failed_to_join(const struct report *r)
{
	return r->error && r->failed_in != STARTING && r->failed_in != IN_SETUP && r->failed_in != IN_BEFORE;
}

/*
 * What keeps the joiner out: a hook of its own that failed, or else one of the owner's once there was something to join.
 * NULL: neither. Which of the two comes first is luck.
 */
static const struct report *failure_of_joining(const struct trial *t)
{
	enum end owner = t->script->owner, joiner = other_end(owner);
	const struct report *own = &t->board->report[joiner], *other = &t->board->report[owner];

	return failed_to_join(own) ? own : failed_to_join(other) ? other : NULL;
}

/* After execve(2), as /proc/PID/maps tells; the old address is never read. */
static const char *what_the_address_holds(const struct trial *t)
{
	if (t->script->peer != EXECED || !t->board->link.mem)
		return "";
	return t->board->note[NOTE_MAPPED] ? "; its address holds something else"
					   : "; its address is not mapped any more";
}

/* How an owner fails whose joiner is kept out: it may not reach it, or nobody has come. */
static bool is_for_want_of_the_joiner(const struct variant *v, int error)
{
	return error == EPERM || error == EACCES || error == ENOENT || (error != EIO && error_is_of_peer(v, error));
}

/* By itself and without a word, as where the loader cannot map its program. */
static bool ended_in_start(const struct trial *t, enum end seat)
{
	return t->watch.dead[seat] && !t->watch.killed[seat] &&
	       atomic_load(&t->board->report[seat].phase) == STARTING;
}

/*
 * A joiner that did not come so far, or failed by what says nothing, as a connect(2) that timed out, is not kept out, nor
 * is one whose owner failed by itself: how the other end fails then may only follow from it. NULL: neither.
 */
static const struct report *fallen(const struct trial *t)
{
	enum end owner = t->script->owner, joiner = other_end(owner);
	const struct report *own = &t->board->report[joiner], *other = &t->board->report[owner];
	bool fell = own->error ? !failed_to_join(own) || error_says_nothing(t->variant, own->error)
			       : ended_in_start(t, joiner);
	bool other_fell =
		other->error && !(failed_to_join(other) && is_for_want_of_the_joiner(t->variant, other->error));

	if (fell && other_fell && atomic_load(&t->board->first_error) == 1U + owner)
		return other; /* who fails removes what the other one has */
	return fell ? own : other_fell ? other : NULL;
}

static bool fell_through(const struct trial *t, struct cell *c)
{
	const struct report *r = fallen(t);

	if (r && r->error && c->error != r->error) /* else it is told already */
		cell_error(c, r->error, r->call, "joining");
	return r;
}

/* A way in that goes through /proc looks like none where that is missing. A container has one of its own. */
static bool lacks_proc(const struct trial *t, const struct report *r, struct cell *c)
{
	bool looks = r && r->error == ENOENT && t->script->peer != CONTAINED;
	int hidden = looks ? activity_possible() : 0;

	if (hidden)
		cell_no_proc(c, -hidden, call_that_failed(-hidden, "open"), "joining without /proc");
	return hidden != 0;
}

static void say_why(const struct trial *t, const struct report *r, struct cell *c)
{
	if (r->failed_in == IN_JOIN && !t->variant->join)
		cell_detail(c, "nothing to join by%s", what_the_address_holds(t));
	else
		cell_detail(c, "%s: %s", r->call, strerror(r->error));
}

/* The experiment could not be watched to its end: what the ends did since then follows from that. */
static bool gave_up(const struct trial *t, const struct cell *c)
{
	return t->watch.told && c->status != HUNG;
}

enum joining joining_try(const struct variant *v, const struct script *script, struct cell *c)
{
	enum joining result = NOT_TRIED;
	const struct report *failure;
	struct trial t;

	if (harness_run(&t, v, script, MESSAGE_SIZE, c)) {
		exchange_judge(&t, c);
		result = c->truth ? JOINED : KEPT_OUT;
		cell_detail(c, "%s", c->truth ? "yes" : "the message does not arrive");
	} else if (t.board && !gave_up(&t, c) && !fell_through(&t, c)) {
		failure = failure_of_joining(&t);
		if (lacks_proc(&t, failure, c))
			failure = NULL;
		else if (failure)
			say_why(&t, failure, c);
		if (failure || c->status == HUNG)
			result = KEPT_OUT;
	}
	harness_close(&t);
	return result;
}

void joining_detail(struct cell *c, const struct cell *as_receiver, const struct cell *as_sender)
{
	const char *leak = as_receiver->leak[0] ? as_receiver->leak : as_sender->leak;

	snprintf(c->leak, sizeof c->leak, "%s", leak);
	if (strcmp(as_receiver->detail, as_sender->detail) == 0)
		cell_detail(c, "%s", as_receiver->detail);
	else
		cell_detail(c, "as receiver: %.60s; as sender: %.60s", as_receiver->detail, as_sender->detail);
}

void joining_ask(const struct variant *v, enum kin kin, struct cell *c)
{
	const struct script receives = {.owner = SENDER, .peer = kin, .act = exchange_act};
	const struct script sends = {.owner = RECEIVER, .peer = kin, .act = exchange_act};
	struct cell as_receiver = *c, as_sender = *c;
	enum joining one = joining_try(v, &receives, &as_receiver);
	enum joining two = joining_try(v, &sends, &as_sender);

	if (one == NOT_TRIED || two == NOT_TRIED) {
		*c = one == NOT_TRIED ? as_receiver : as_sender;
		return;
	}
	cell_truth(c, one == JOINED && two == JOINED);
	joining_detail(c, &as_receiver, &as_sender);
}

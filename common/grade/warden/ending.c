#include "ending.h"

#include "activity.h"
#include "clock.h"
#include "descriptors.h"
#include "evidence.h"
#include "exchange.h"
#include "family.h"
#include "fate.h"
#include "residue.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_SIZE = 64 };

static bool obey(struct bout *b, int seat, enum order_kind what)
{
	bout_order(b, seat, what, 0);
	return bout_await(b, seat);
}

/* The peer first, as in any program where the parent waits for its child. The owner is left alive to be looked at. */
static bool end_peer_and_tear_down(struct bout *b)
{
	bout_order(b, PEER, LEAVE, 0);
	return bout_await_end(b, PEER) && (b->warden->level->strangers || obey(b, OWNER, REAP)) &&
	       obey(b, OWNER, TEARDOWN);
}

/* A zombie has the owner as its parent. */
static void say_leak(const struct bout *b)
{
	char first[120] = "";
	unsigned left = descriptors_left(b, OWNER, first, sizeof first);
	pid_t pids[FAMILY_MOST];
	size_t n = family_list(pids);

	for (size_t i = 0; i < n; i++) {
		struct activity a;
		if (pids[i] == b->seats[PEER].pid || activity_read(pids[i], &a) != 0 || a.state != 'Z')
			continue;
		say(ITEM_NO_LEAK, FAILED_IT, "zombie", "a process that was started and not waited for is a zombie");
		return;
	}
	if (n > 1 + (b->warden->level->strangers ? 1U : 0U))
		say(ITEM_NO_LEAK, FAILED_IT, "process", "a process that was started is still there after teardown()");
	else if (left > 0)
		say(ITEM_NO_LEAK, FAILED_IT, "descriptors", "%u descriptor%s still open after teardown(): %s", left,
		    left > 1 ? "s are" : " is", first);
	else
		say(ITEM_NO_LEAK, PASSED, "", "no descriptor, no zombie and no process left after teardown()");
}

/* What is not closed on exec stays open in a program that neither of them knows of. */
static void say_inherited(const struct bout *b)
{
	char first[120] = "";

	for (int seat = OWNER; seat <= PEER; seat++) {
		unsigned n = descriptors_inherited(b, seat, first, sizeof first);
		if (n > 0)
			say(ITEM_NO_LEAK, FAILED_IT, "cloexec", "%u descriptor%s of the %s not close-on-exec: %s", n,
			    n > 1 ? "s" : "", bout_who(b, seat), first);
	}
}

/* Without a list of the queues only those under the name of a link are found. */
static bool leaves_unseen(const struct bout *b)
{
	return !residue_lists_queues() && (descriptors_stray_queue(b, OWNER) || descriptors_stray_queue(b, PEER));
}

static void note_unseen(struct bout *b, bool unseen)
{
	if (unseen)
		trouble_set(&b->trouble, "unseen",
			    "whether its message queues are left cannot be seen here: nothing lists them");
}

void ending_normal(struct bout *b)
{
	struct residue r;
	bool ok, unseen;

	ok = bout_open(b, "s", exchange_size()) && exchange_fill_same(MESSAGE_SIZE, 2) && exchange_all(b, 0) &&
	     bout_attest(b);
	unseen = ok && leaves_unseen(b);
	if (ok)
		say_inherited(b);
	ok = ok && end_peer_and_tear_down(b);
	if (ok) {
		say_leak(b);
		bout_order(b, OWNER, LEAVE, 0);
		ok = bout_await_end(b, OWNER);
	}
	if (ok && b->status != 0)
		fate_ended(b, OWNER);
	r = residue_look(NULL);
	bout_close(b);
	if (r.count > 0)
		trouble_set(&b->trouble, "residue", "%s is left%s", r.what, r.count > 1 ? ", and more" : "");
	note_unseen(b, unseen);
	say_judged(ITEM_CLEAN_EXIT, &b->trouble, "nothing has a name any more");
	if (b->trouble.cause[0])
		say(ITEM_NO_LEAK, NOT_CHECKABLE, b->trouble.cause, "%s", b->trouble.text);
}

/* The child is killed: its parent still clears up. */
static bool child_killed(struct bout *b)
{
	struct residue r;
	bool ok = bout_open(b, "s", exchange_size()) && exchange_fill_same(MESSAGE_SIZE, 1) && exchange_all(b, 0);

	if (ok) {
		bout_kill(b, PEER);
		ok = (b->warden->level->strangers || obey(b, OWNER, REAP)) && obey(b, OWNER, TEARDOWN);
	}
	r = residue_look(NULL);
	bout_close(b);
	if (ok && r.count > 0)
		trouble_set(&b->trouble, "residue", "%s is left after the child was killed", r.what);
	return !b->trouble.cause[0];
}

/* Both are killed: what carries the link's name can be found and swept by others, what does not stays for ever. */
static bool both_killed(struct bout *b)
{
	char names[MOST_LINKS][LINK_NAME_SIZE];
	struct residue r;
	bool ok = bout_open(b, "s", exchange_size()) && exchange_fill_same(MESSAGE_SIZE, 1) && exchange_all(b, 0);

	memcpy(names, b->names, sizeof names);
	bout_end(b);
	r = residue_look(names);
	if (ok && r.count > 0)
		trouble_set(&b->trouble, "residue", "%s is left after a SIGKILL, and nothing tells whose it was",
			    r.what);
	return !b->trouble.cause[0];
}

static void second_run(struct bout *b)
{
	bool unseen = bout_open(b, "s", exchange_size()) && exchange_fill_same(MESSAGE_SIZE, 1) &&
		      exchange_all(b, 0) && bout_attest(b) && leaves_unseen(b);

	bout_close(b);
	if (b->trouble.cause[0]) {
		struct trouble first = b->trouble;
		b->trouble = (struct trouble){0};
		trouble_set(&b->trouble, "second_run", "after a SIGKILL the next run fails: %.150s", first.text);
	}
	note_unseen(b, unseen);
}

void ending_killed(struct bout *b)
{
	if (child_killed(b) && both_killed(b))
		second_run(b);
	bout_close(b);
	say_judged(ITEM_CLEAN_KILL, &b->trouble, "nothing without its name is left, and a second run works");
}

/* A buffer may take some of it before anybody notices. Returns how many messages went in. */
static unsigned send_to_nobody(struct bout *b, int sender)
{
	enum { MOST_MIB = 8, ORDERS_OF_A_MIB = 1024 * 1024 / (MESSAGE_SIZE * MOST_MESSAGES) };
	unsigned taken = 0;
	int32_t less = MESSAGE_SIZE;

	for (int i = 0; i < MOST_MIB * ORDERS_OF_A_MIB && exchange_fill_same(MESSAGE_SIZE, MOST_MESSAGES); i++) {
		const struct reply *r = &b->seats[sender].reply;
		exchange_send(b, 0);
		if (!bout_await(b, sender))
			return taken;
		taken += r->count;
		if (r->result < 0)
			return taken;
		if (r->result != MESSAGE_SIZE)
			less = r->result;
	}
	if (less != MESSAGE_SIZE)
		trouble_set(&b->trouble, "swallowed",
			    "send() returned %d of %d bytes for a receiver that is dead, and never an error", less,
			    MESSAGE_SIZE);
	trouble_set(&b->trouble, "unnoticed", "send() took %d MiB for a receiver that is dead", MOST_MIB);
	return taken;
}

void ending_without_receiver(struct bout *b)
{
	unsigned taken = 0;
	char text[80];

	if (bout_open(b, "s", exchange_size()) && exchange_fill_same(MESSAGE_SIZE, 3) && exchange_all(b, 0)) {
		bout_kill(b, PEER);
		taken = send_to_nobody(b, OWNER);
	}
	bout_close(b);
	snprintf(text, sizeof text, "send() returned an error at message %u", taken);
	say_judged(ITEM_RECEIVER_KILLED, &b->trouble, text);
}

static bool end_comes(struct bout *b)
{
	int receiver = bout_receiver(b, 0);

	if (!bout_await(b, receiver))
		return false;
	if (b->seats[receiver].reply.result > 0)
		trouble_set(&b->trouble, "phantom", "recv() returned %d bytes that nobody had sent",
			    b->seats[receiver].reply.result);
	return !b->trouble.cause[0];
}

/* The child sends, and exits: the parent has what was sent, and then learns of the end. */
void ending_of_stream(struct bout *b)
{
	bool ok = bout_open(b, "r", exchange_size()) && exchange_fill_same(MESSAGE_SIZE, 3) && exchange_all(b, 0) &&
		  bout_attest(b) && exchange_fill_same(MESSAGE_SIZE, 1);

	if (ok) {
		exchange_recv(b, 0, 0);
		bout_order(b, PEER, LEAVE, 0);
		end_comes(b);
	}
	bout_close(b);
	say_judged(ITEM_END_OF_STREAM, &b->trouble, "the receiver had all messages, and then learned of the end");
}

static void killed_before(struct bout *b)
{
	bool ok = bout_open(b, "s", exchange_size()) && exchange_fill_same(MESSAGE_SIZE, 1);

	if (ok) {
		exchange_recv(b, 0, 0);
		bout_settle(b, 20LL * NS_PER_MS, 60LL * NS_PER_MS);
		bout_kill(b, OWNER);
		end_comes(b);
	}
	bout_close(b);
}

/* What lies in a pipe outlives its writer, so recv() has it to return. An error instead is no lie. */
static void judge_rest(struct bout *b)
{
	const struct seat *s = &b->seats[PEER];
	const struct parcel *p = exchange_parcel();
	int32_t n = s->reply.result;

	if (n == 0)
		trouble_set(&b->trouble, "lost", "recv() returned 0, and the beginning of a message lay in the pipe");
	else if (n > 0 &&
		 ((uint32_t)n > p->bytes || s->reply.bytes < (uint32_t)n || memcmp(s->data, p->data, (size_t)n) != 0))
		trouble_set(&b->trouble, "garbled", "recv() returned other bytes than a killed sender had sent");
}

/* In the middle of a message, where it is certain that there is one: its beginning lies in a pipe. */
static void killed_in_the_middle(struct bout *b)
{
	size_t size = b->warden->level->largest;
	struct sighting seen = {0};

	if (bout_open(b, "s", size) && exchange_fill_same(size, 1)) {
		struct ends e = {b->seats[OWNER].pid, b->seats[PEER].pid, {b->seats[OWNER].fd, b->seats[PEER].fd}};
		exchange_send(b, 0);
		bout_await_quiet(b, OWNER);
		evidence_look(&seen, &e, exchange_parcel()->data, MESSAGE_SIZE);
		bout_kill(b, OWNER);
		exchange_recv(b, 0, 0);
		if (seen.pipe && bout_await(b, PEER))
			judge_rest(b);
	}
	bout_close(b);
}

void ending_without_sender(struct bout *b)
{
	killed_before(b);
	if (b->warden->level->mechanism == ANY_PIPE && !b->trouble.cause[0])
		killed_in_the_middle(b);
	say_judged(ITEM_SENDER_KILLED, &b->trouble, "the receiver returned");
}

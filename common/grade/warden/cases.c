#include "cases.h"

#include "clock.h"
#include "descriptors.h"
#include "ending.h"
#include "exchange.h"
#include "mechanism.h"
#include "random.h"
#include "waiting.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MESSAGE_SIZE = 64, ROUNDS = 3 };

/* Something that can hang has to be worth its time. */
static bool tired(const unsigned *items)
{
	const char *why = bout_tired();

	for (int i = 0; i < ITEMS && why; i++)
		if (*items & (1U << i))
			say((enum item)i, NOT_CHECKABLE, "tired", "not tried: %s", why);
	return why;
}

/* Messages that wait together: only then is it no matter of luck whether their boundaries are kept. */
static bool all_sent_first(struct bout *b)
{
	exchange_send(b, 0);
	bout_await_rest(b, bout_sender(b, 0));
	exchange_recv(b, 0, b->warden->level->largest);
	return exchange_finish(b, 0);
}

static void deliver(struct bout *b)
{
	bool ok = bout_open(b, "s", exchange_size()) && exchange_fill_same(MESSAGE_SIZE, ROUNDS);

	if (ok && (b->warden->level->traffic == MESSAGES ? all_sent_first(b) : exchange_all(b, 0)))
		bout_attest(b);
	bout_close(b);
	say_judged(ITEM_PARENT_TO_CHILD, &b->trouble, "3 random messages arrived");
}

/* Memory holds one message, and what was taken stays in it; of two messages in a stream the second waits. */
static uint32_t messages_ahead(const struct bout *b)
{
	return b->warden->level->traffic == TURNS ? 0 : 1;
}

static size_t room(const struct bout *b)
{
	return b->warden->level->traffic == MESSAGES ? b->warden->level->largest : 0;
}

/* Leaves a message in link 0. False where its sender waits for the receiver instead, or with trouble. */
static bool leave_one(struct bout *b)
{
	exchange_narrow(0, messages_ahead(b) + 1);
	exchange_send(b, 0);
	bout_await_quiet(b, bout_sender(b, 0));
	if (messages_ahead(b)) { /* who reads ahead has the second one somewhere now */
		exchange_narrow(0, 1);
		exchange_recv(b, 0, room(b));
		if (!exchange_took(b, 0))
			return false;
		bout_await_quiet(b, bout_sender(b, 0));
	}
	exchange_narrow(0, messages_ahead(b) + 1);
	return seat_replied(&b->seats[bout_sender(b, 0)]) && exchange_sent(b, 0);
}

/* One message waits in each link, and each comes out of its own. A sender that waits for its receiver mixes nothing. */
static bool both_busy(struct bout *b)
{
	bool left = leave_one(b);

	if (b->trouble.cause[0])
		return false;
	if (left) {
		exchange_narrow(2, 1);
		exchange_send(b, 1);
		bout_await_quiet(b, bout_sender(b, 1));
		exchange_recv(b, 1, room(b));
		if (!exchange_finish(b, 1))
			return false;
	}
	exchange_narrow(messages_ahead(b), 1);
	exchange_recv(b, 0, room(b));
	return exchange_took(b, 0) && bout_await(b, BOTH);
}

/* Where the parent has one end of each kind, and where it receives on both. */
static bool over_two_links(struct bout *b, const char *ends)
{
	bool ok = bout_open(b, ends, exchange_size());

	for (uint32_t link = 0; link < MOST_LINKS && ok; link++)
		ok = exchange_fill_same(MESSAGE_SIZE, 1) && exchange_all(b, link);
	ok = ok && exchange_fill_same(MESSAGE_SIZE, ROUNDS) && both_busy(b);
	exchange_widen();
	if (ok)
		bout_attest(b);
	bout_close(b);
	return ok;
}

static void answer(struct bout *b)
{
	if (over_two_links(b, "sr"))
		over_two_links(b, "rr");
	say_judged(ITEM_CHILD_TO_PARENT, &b->trouble, "messages went both ways, and over two links at once");
}

static void small(struct bout *b)
{
	static const unsigned char edges[] = {0x00, 0xff, 0x0a, 0x00, 0x1a, 0x80, STALE_BYTE};
	size_t lengths[20];
	uint32_t n = 0;
	struct parcel *p = exchange_parcel();
	bool ok = bout_open(b, "s", exchange_size());

	while (n < 16)
		lengths[n++] = 1;
	lengths[n++] = 17;
	lengths[n++] = 256;
	if (b->warden->level->traffic == MESSAGES)
		lengths[n++] = 0;
	lengths[n++] = 1;
	ok = ok && exchange_fill(lengths, n);
	for (size_t i = 0; ok && i < 256; i++)
		p->data[16 + 17 + i] = (unsigned char)i; /* each value once */
	for (size_t i = 0; ok && i < sizeof edges; i++)
		p->data[4 + i] = edges[i];
	if (ok && exchange_all(b, 0))
		bout_attest(b);
	bout_close(b);
	say_judged(ITEM_SMALL, &b->trouble,
		   b->warden->level->traffic == MESSAGES
			   ? "1, 17 and 256 bytes and an empty message, all values of a byte"
			   : "1, 17 and 256 bytes, all values of a byte");
}

/*
 * A short one and the largest, which both wait: there is no room for that in a pipe of its size either, and who takes what is
 * there does not get all of it, but by luck: then the sender has come between the two, or filled up what the receiver emptied.
 */
static bool does_not_fit(struct bout *b, size_t most)
{
	enum { TIMES = 3, SETTLE_MS = 100 };
	const size_t lengths[] = {17, most};

	for (int i = 0; i < TIMES && b->warden->level->traffic == BYTES; i++) {
		if (!exchange_fill(lengths, 2))
			return false;
		exchange_send(b, 0);
		bout_settle(b, 0, SETTLE_MS * NS_PER_MS);
		exchange_recv(b, 0, 0);
		if (!exchange_finish(b, 0))
			return false;
	}
	return true;
}

static void largest(struct bout *b)
{
	size_t most = b->warden->level->largest, at = 0, page = (size_t)sysconf(_SC_PAGESIZE);
	size_t sizes[] = {page, page + 1, 16 * page, 16 * page + 1, most};
	char text[64];
	bool ok = bout_open(b, "s", most);

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0] && ok; i++) {
		if (sizes[i] > most || sizes[i] <= at)
			continue;
		at = sizes[i];
		ok = exchange_fill_same(at, 1) && exchange_all(b, 0);
	}
	if (ok && does_not_fit(b, most))
		bout_attest(b);
	bout_close(b);
	snprintf(text, sizeof text, "intact up to %zu bytes", at);
	say_judged(ITEM_LARGEST, &b->trouble, text);
}

static void count_descriptors(const struct bout *b, unsigned n[2])
{
	n[OWNER] = descriptors_open(b, OWNER);
	n[PEER] = descriptors_open(b, PEER);
}

static void many(struct bout *b)
{
	enum { COUNT = 1000, MOST = 64 };
	static size_t lengths[COUNT];
	unsigned char random[COUNT];
	bool ok = bout_open(b, "s", exchange_size());
	unsigned start[2], end[2];

	random_fill(random, sizeof random);
	for (int i = 0; i < COUNT; i++)
		lengths[i] = 1 + random[i] % MOST;
	count_descriptors(b, start);
	ok = ok && exchange_fill(lengths, COUNT) && exchange_all(b, 0);
	count_descriptors(b, end);
	if (ok)
		bout_attest(b);
	bout_close(b);
	say_judged(ITEM_MANY, &b->trouble, "1000 messages of 1 to 64 bytes, each as it was sent");
	if (ok && (end[OWNER] > start[OWNER] + 2 || end[PEER] > start[PEER] + 2))
		say(ITEM_NO_LEAK, FAILED_IT, "descriptors", "1000 messages cost %u descriptors more",
		    end[OWNER] + end[PEER] - start[OWNER] - start[PEER]);
}

static const struct experiment {
	unsigned items; /* that it decides */
	void (*run)(struct bout *b);
} experiments[] = {
	{1U << ITEM_CHILD_TO_PARENT, answer},
	{1U << ITEM_SENDER_FIRST | 1U << ITEM_MECHANISM, mechanism_sender_first},
	{1U << ITEM_SMALL, small},
	{1U << ITEM_LARGEST, largest},
	{1U << ITEM_MANY, many},
	{1U << ITEM_RECEIVER_FIRST | 1U << ITEM_SLEEPS, waiting_receiver},
	{1U << ITEM_SIGNALS, waiting_signals},
	{1U << ITEM_CLEAN_EXIT | 1U << ITEM_NO_LEAK, ending_normal},
	{1U << ITEM_CLEAN_KILL, ending_killed},
	{1U << ITEM_RECEIVER_KILLED, ending_without_receiver},
	{1U << ITEM_END_OF_STREAM, ending_of_stream},
	{1U << ITEM_SENDER_KILLED, ending_without_sender},
};

static bool wanted(const struct level *l, unsigned items)
{
	for (int i = 0; i < ITEMS; i++)
		if ((items & (1U << i)) && level_asks(l, (enum item)i))
			return true;
	return false;
}

void cases_full(struct bout *b)
{
	deliver(b);
	if (b->trouble.cause[0])
		return; /* whatever else was found would be the same once more */
	for (size_t i = 0; i < sizeof experiments / sizeof experiments[0]; i++) {
		const struct experiment *e = &experiments[i];
		if (wanted(b->warden->level, e->items) && !tired(&e->items))
			e->run(b);
	}
}

void cases_control(struct bout *b)
{
	deliver(b);
	answer(b);
}

/* The first complaint of a sanitizer decides; what else goes wrong is the business of other items. */
void cases_sanitizers(struct bout *b)
{
	static void (*const runs[])(struct bout *) = {answer, small, largest, ending_normal};

	for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
		runs[i](b);
		if (b->trouble.cause[0])
			break;
	}
	if (!b->trouble.cause[0])
		say(ITEM_SANITIZERS, PASSED, "",
		    "no complaint of AddressSanitizer or UndefinedBehaviorSanitizer (memory never freed is not looked for)");
	else if (strcmp(b->trouble.cause, "sanitizer") == 0)
		say(ITEM_SANITIZERS, FAILED_IT, "sanitizer", "%s", b->trouble.text);
	else
		say(ITEM_SANITIZERS, NOT_CHECKABLE, b->trouble.cause, "%s", b->trouble.text);
}

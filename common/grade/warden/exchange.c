#include "exchange.h"

#include "clock.h"
#include "fate.h"
#include "random.h"

#include <stdlib.h>
#include <string.h>

static struct parcel parcel, whole;
static uint32_t before; /* how many messages of a series the parcel comes after */
static uint32_t caps[MOST_MESSAGES];

struct parcel *exchange_parcel(void)
{
	return &parcel;
}

/* Without zeros, at which text would end: one case asks for them, and the others must not fail by chance. */
bool exchange_fill(const size_t *lengths, uint32_t count)
{
	if (!parcel.data)
		parcel.data = malloc(MOST_BYTES);
	parcel.count = count;
	parcel.bytes = 0;
	for (uint32_t i = 0; i < count; i++) {
		parcel.lengths[i] = (uint32_t)lengths[i];
		parcel.bytes += parcel.lengths[i];
	}
	if (!parcel.data || parcel.bytes > MOST_BYTES)
		return false;
	random_fill(parcel.data, parcel.bytes);
	for (uint32_t i = 0; i < parcel.bytes; i++)
		parcel.data[i] |= parcel.data[i] ? 0 : 1;
	return true;
}

bool exchange_fill_same(size_t length, uint32_t count)
{
	static size_t lengths[MOST_MESSAGES];

	for (uint32_t i = 0; i < count; i++)
		lengths[i] = length;
	return exchange_fill(lengths, count);
}

size_t exchange_size(void)
{
	uint16_t more;

	random_fill(&more, sizeof more);
	return LEAST_SIZE + more % LEAST_SIZE;
}

void exchange_send(struct bout *b, uint32_t link)
{
	struct order o = {.what = SEND, .link = link, .count = parcel.count, .bytes = parcel.bytes};

	seat_order(&b->seats[bout_sender(b, link)], &o, parcel.lengths, parcel.data);
}

static bool has_empty(void)
{
	for (uint32_t i = 0; i < parcel.count; i++)
		if (parcel.lengths[i] == 0)
			return true;
	return false;
}

void exchange_recv(struct bout *b, uint32_t link, size_t cap)
{
	struct order o = {.what = RECV, .link = link, .count = parcel.count, .empty_goes_on = has_empty()};

	for (uint32_t i = 0; i < parcel.count; i++)
		caps[i] = cap ? (uint32_t)cap : parcel.lengths[i];
	seat_order(&b->seats[bout_receiver(b, link)], &o, caps, NULL);
}

static bool all(const unsigned char *data, size_t len, unsigned char byte)
{
	return len > 0 && data[0] == byte && memcmp(data, data + 1, len - 1) == 0;
}

/* Another message of the parcel: there are so many random bytes that it is no chance. */
static bool is_of_whole(const unsigned char *seen, size_t len)
{
	return len >= sizeof(uint64_t) && whole.count > 0 && memmem(whole.data, whole.bytes, seen, len);
}

static void judge_bytes(struct bout *b, uint32_t link, uint32_t i, const unsigned char *seen,
			const unsigned char *sent, size_t len)
{
	const char *who = bout_who(b, bout_receiver(b, link));
	size_t at = 0;

	while (at < len && seen[at] == sent[at])
		at++;
	if (at == len)
		return;
	if (b->ends[1] && is_of_whole(seen, len)) /* a first byte may be right by chance */
		trouble_set(&b->trouble, "mixed", "recv() of one link returned a message of the other");
	else if (all(seen, len, STALE_BYTE))
		trouble_set(&b->trouble, "stale", "the %s still had the bytes from before the fork", who);
	else if (all(seen, len, 0))
		trouble_set(&b->trouble, "empty", "the %s had only zeros", who);
	else
		trouble_set(&b->trouble, at ? "cut" : "garbled", "message %u of %zu bytes is wrong from byte %zu on",
			    before + i + 1, len, at);
}

static void set_error(struct bout *b, const char *hook, uint32_t i, int32_t result, const char *cause)
{
	char error[ERRNO_TEXT];

	if (!fate_no_hook(b, hook, result))
		trouble_set(&b->trouble, fate_cause(result, cause), "%s of message %u returned %s", hook,
			    before + i + 1, fate_errno(result, error));
}

static void judge_length(struct bout *b, uint32_t i, int32_t result, uint32_t len)
{
	if (result < 0)
		set_error(b, "recv()", i, result, "error");
	else if (result == 0)
		trouble_set(&b->trouble, "ended", "recv() of message %u returned 0 though the sender lives",
			    before + i + 1);
	else if ((uint32_t)result < len)
		trouble_set(&b->trouble, "short", "recv() of message %u returned %d of %u bytes", before + i + 1,
			    result, len);
	else
		trouble_set(&b->trouble, "boundary", "recv() of message %u returned %d bytes, and %u were sent",
			    before + i + 1, result, len);
}

static void judge_sender(struct bout *b, uint32_t link)
{
	const struct reply *r = &b->seats[bout_sender(b, link)].reply;
	uint32_t last = r->count ? r->count - 1 : 0;

	if (r->result < 0)
		set_error(b, "send()", last, r->result, "send_error");
	else if (r->count != parcel.count || (uint32_t)r->result != parcel.lengths[last])
		trouble_set(&b->trouble, "send_short", "send() of message %u returned %d of %u bytes",
			    before + last + 1, r->result, parcel.lengths[last]);
}

static void judge_received(struct bout *b, uint32_t link)
{
	const struct seat *s = &b->seats[bout_receiver(b, link)];
	size_t at = 0, from = 0;

	for (uint32_t i = 0; i < parcel.count && !b->trouble.cause[0]; i++) {
		uint32_t len = parcel.lengths[i];
		if (i >= s->reply.count)
			trouble_set(&b->trouble, "short", "only %u of %u messages came", before + s->reply.count,
				    before > 0 ? whole.count : parcel.count);
		else if (s->results[i] < 0 || (uint32_t)s->results[i] != len || at + len > s->reply.bytes)
			judge_length(b, i, s->results[i], len);
		else
			judge_bytes(b, link, i, s->data + at, parcel.data + from, len);
		at += len;
		from += len;
	}
}

bool exchange_judge(struct bout *b, uint32_t link)
{
	judge_sender(b, link);
	judge_received(b, link);
	return !b->trouble.cause[0];
}

/* An end that has finished with an error, or with less than it should, is why the other one waits. */
static void explain_hang(struct bout *b, uint32_t link)
{
	struct trouble hang = b->trouble;

	b->trouble = (struct trouble){0};
	if (seat_replied(&b->seats[bout_sender(b, link)]))
		judge_sender(b, link);
	else if (seat_replied(&b->seats[bout_receiver(b, link)]))
		judge_received(b, link);
	if (!b->trouble.cause[0])
		b->trouble = hang;
}

bool exchange_finish(struct bout *b, uint32_t link)
{
	if (bout_await(b, BOTH))
		return exchange_judge(b, link);
	if (strcmp(b->trouble.cause, "hang") == 0 || strcmp(b->trouble.cause, "spin") == 0 ||
	    strcmp(b->trouble.cause, "tired") == 0 || strcmp(b->trouble.cause, "slow") == 0)
		explain_hang(b, link);
	return false;
}

void exchange_narrow(uint32_t first, uint32_t count)
{
	if (whole.count == 0)
		whole = parcel;
	parcel.data = whole.data;
	for (uint32_t i = 0; i < first; i++)
		parcel.data += whole.lengths[i];
	parcel.count = count;
	parcel.bytes = 0;
	for (uint32_t i = 0; i < count; i++)
		parcel.bytes += parcel.lengths[i] = whole.lengths[first + i];
}

void exchange_widen(void)
{
	if (whole.count > 0)
		parcel = whole;
	whole.count = 0;
}

bool exchange_sent(struct bout *b, uint32_t link)
{
	if (!b->trouble.cause[0])
		judge_sender(b, link);
	return !b->trouble.cause[0];
}

bool exchange_took(struct bout *b, uint32_t link)
{
	if (bout_await(b, bout_receiver(b, link)))
		judge_received(b, link);
	return !b->trouble.cause[0];
}

static void take_part(uint32_t first, uint32_t count)
{
	exchange_narrow(first, count);
	before = first;
}

static void take_all(void)
{
	exchange_widen();
	before = 0;
}

/* The parcel's messages one by one: each has to be taken before the next overwrites it. */
static bool turn_by_turn(struct bout *b, uint32_t link)
{
	const uint32_t count = parcel.count;
	bool ok = true;

	for (uint32_t i = 0; i < count && ok; i++) {
		take_part(i, 1);
		exchange_send(b, link);
		ok = bout_await(b, bout_sender(b, link)) && exchange_sent(b, link);
		if (ok)
			exchange_recv(b, link, 0);
		ok = ok && exchange_took(b, link);
	}
	take_all();
	return ok;
}

/* What the sender has done is why the receiver waits, or has something else. */
static void explain_by_sender(struct bout *b, uint32_t link)
{
	const int sender = bout_sender(b, link);
	struct trouble seen = b->trouble;

	b->trouble = (struct trouble){0};
	if (bout_await_quiet(b, sender))
		judge_sender(b, link);
	else if (b->seats[sender].gone)
		bout_await(b, sender);
	if (!b->trouble.cause[0])
		b->trouble = seen;
}

/* False: there is nothing more to take. What is wrong with these is told only where all of them come. */
static bool take_next(struct bout *b, uint32_t link, size_t room, struct trouble *first)
{
	const int receiver = bout_receiver(b, link);
	const struct reply *r = &b->seats[receiver].reply;

	exchange_recv(b, link, room);
	if (!bout_await_beside(b, receiver))
		return false;
	judge_received(b, link);
	if (!first->cause[0])
		*first = b->trouble;
	b->trouble = (struct trouble){0};
	return r->count == parcel.count && r->result >= 0;
}

/* All are sent in one order, since what they wait in has to be full; but only so many can be taken as have room. */
static bool in_parts(struct bout *b, uint32_t link, size_t room)
{
	const uint32_t count = parcel.count, most = (uint32_t)(MOST_BYTES / room);
	struct trouble first = {0};
	bool more = true;

	exchange_send(b, link);
	for (uint32_t i = 0; i < count && more; i += most) {
		take_part(i, count - i < most ? count - i : most);
		more = take_next(b, link, room, &first);
	}
	take_all();
	if (!b->trouble.cause[0])
		b->trouble = first;
	if (!b->trouble.cause[0])
		return bout_await(b, bout_sender(b, link)) && exchange_sent(b, link);
	explain_by_sender(b, link);
	return false;
}

bool exchange_all(struct bout *b, uint32_t link)
{
	/* recv() has room for the longest message of the level, where it may not take more than one. */
	size_t room = b->warden->level->traffic == MESSAGES ? b->warden->level->largest : 0;

	if (b->warden->level->traffic == TURNS)
		return turn_by_turn(b, link);
	if (room * parcel.count > MOST_BYTES)
		return in_parts(b, link, room);
	exchange_recv(b, link, room);
	exchange_send(b, link);
	return exchange_finish(b, link);
}

bool exchange_singly(struct bout *b, uint32_t link)
{
	const uint32_t count = parcel.count;
	bool ok = true;

	for (uint32_t i = 0; i < count && ok; i++) {
		take_part(i, 1);
		ok = exchange_all(b, link);
	}
	take_all();
	return ok;
}

/* max_message - how large a single message arrives intact? */
#include "clock.h"
#include "errors.h"
#include "exchange.h"
#include "probe.h"

#include <errno.h>

enum { LIMIT = 4 * 1024 * 1024 }; /* bytes; nothing larger is tried */

enum fate { ARRIVES, TOO_LARGE, TROUBLE };

/* What a call says of a message that is too large, wherever it stands. */
static bool is_about_size(int error)
{
	return error_is_of_size(error) || error == ENOBUFS || error == EFBIG;
}

static enum fate try(const struct variant *v, size_t size, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .any_size = true, .act = exchange_act};
	struct trial t;
	bool late;

	if (harness_run(&t, v, &script, size, c))
		exchange_judge(&t, c);
	late = clock_now() > t.watch.deadline;
	harness_close(&t);
	if (c->status == MEASURED)
		return c->truth ? ARRIVES : TOO_LARGE;
	/* Whoever sleeps for ever has no room for it; one who was not done in time may be on a slow machine. */
	if (c->status == HUNG)
		return late ? TROUBLE : TOO_LARGE;
	/* No call is to blame where an end crashed or ended: that is what this size does. */
	return c->error == 0 || is_about_size(c->error) ? TOO_LARGE : TROUBLE;
}

/*
 * From a size that arrives to the largest that does, with one above it that does not. What the row says of itself is
 * tried first, and whether one byte more arrives. On TROUBLE the cell says what it was.
 */
static enum fate narrow_down(const struct variant *v, size_t *small, size_t large, struct cell *c)
{
	size_t next = v->max_message;

	for (int tries = 0; large - *small > 1; tries++) {
		enum fate fate;

		if (tries >= 2 || next <= *small || next >= large)
			next = *small + (large - *small) / 2;
		fate = try(v, next, c);
		if (fate == TROUBLE)
			return fate;
		if (fate == ARRIVES)
			*small = next++;
		else
			large = next;
	}
	return ARRIVES;
}

static void max_message_ask(const struct variant *v, struct cell *c)
{
	size_t largest = variant_clip(v, MESSAGE_SIZE);
	enum fate fate = try(v, largest, c);

	if (fate == TOO_LARGE && c->status == MEASURED)
		cell_not_applicable(c, "nothing that was sent arrives");
	if (fate != ARRIVES)
		return;
	fate = try(v, LIMIT, c);
	if (fate == ARRIVES)
		largest = LIMIT;
	else if (fate == TOO_LARGE)
		fate = narrow_down(v, &largest, LIMIT, c);
	if (fate == TROUBLE)
		return;
	cell_number(c, largest);
	c->saw = SAW_NOTHING;
	if (largest == LIMIT) {
		cell_detail(c, "nothing larger was tried");
		cell_fact(c, "bound", "at least");
	}
}

const struct probe probe_max_message = {
	.name = "max_message",
	.heading = "MAX_MSG",
	.question = "How many bytes can a single message have and still arrive intact (tried up to 4 MiB)?",
	.views = VIEW_MATRIX,
	.place = 90,
	.ask = max_message_ask,
};

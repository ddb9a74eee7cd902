/* max_message - how large a single message arrives intact? */
#include "exchange.h"
#include "probe.h"

#include <string.h>

enum { LIMIT = 4 * 1024 * 1024 }; /* bytes; nothing larger is tried */

static bool carries(const struct variant *v, size_t size, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .any_size = true, .act = exchange_act};
	struct trial t;

	if (harness_run(&t, v, &script, size, c))
		exchange_judge(&t, c);
	harness_close(&t);
	return c->status == MEASURED && c->truth;
}

/* `small` arrives, `large` does not. What the row says of itself is tried first, and whether one byte more arrives. */
static size_t narrow_down(const struct variant *v, size_t small, size_t large, struct cell *c)
{
	size_t next = v->max_message;

	for (int tries = 0; large - small > 1; tries++) {
		if (tries >= 2 || next <= small || next >= large)
			next = small + (large - small) / 2;
		if (carries(v, next, c))
			small = next++;
		else
			large = next;
	}
	return small;
}

static void max_message_ask(const struct variant *v, struct cell *c)
{
	size_t small = variant_clip(v, MESSAGE_SIZE);
	size_t largest = LIMIT;

	if (!carries(v, small, c)) {
		if (c->status == MEASURED)
			cell_not_applicable(c, "nothing that was sent arrives");
		return;
	}
	if (!carries(v, LIMIT, c))
		largest = narrow_down(v, small, LIMIT, c);
	cell_number(c, largest);
	c->saw = SAW_NOTHING;
	if (largest == LIMIT)
		cell_detail(c, "nothing larger was tried");
}

const struct probe probe_max_message = {
	.name = "max_message",
	.heading = "MAX_MSG",
	.question = "How many bytes can a single message have and still arrive intact (tried up to 4 MiB)?",
	.views = VIEW_MATRIX,
	.place = 90,
	.ask = max_message_ask,
};

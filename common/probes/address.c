/* address - at which virtual address does each end see the memory? */
#include "probe.h"
#include "witness.h"

#include <inttypes.h>

static void look(struct trial *t, struct cell *c)
{
	const void *parent = t->board->report[SENDER].mem;
	const void *child = t->board->report[RECEIVER].mem;

	cell_word(c, parent == child ? "same" : "different");
	cell_fact(c, "parent", "0x%" PRIxPTR, (uintptr_t)parent);
	cell_fact(c, "child", "0x%" PRIxPTR, (uintptr_t)child);
}

static void address_ask(const struct variant *v, struct cell *c)
{
	witness_ask(v, c, look);
}

const struct probe probe_address = {
	.name = "address",
	.heading = "ADDRESS",
	.question = "Is the memory at the same virtual address in parent and child?",
	.views = VIEW_RUN | VIEW_MATRIX,
	.place = 40,
	.ask = address_ask,
};

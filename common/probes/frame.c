/* frame - in which physical page frame does each end hold the memory, once the parent has written? */
#include "evidence.h"
#include "failure.h"
#include "probe.h"
#include "witness.h"

#include <errno.h>
#include <inttypes.h>

static void answer(struct cell *c, const struct page *parent, const struct page *child)
{
	enum sameness sameness = evidence_compare(parent, child);

	if (sameness == CANNOT_TELL) {
		cell_fail(c, "neither frame numbers nor bits 56/61 tell");
		return;
	}
	cell_word(c, sameness == SAME_PAGE ? "same" : "different");
	cell_fact(c, "source", "%s", evidence_source(parent, child));
	if (!parent->frame || !child->frame)
		return;
	cell_fact(c, "parent", "0x%" PRIx64, parent->frame);
	cell_fact(c, "child", "0x%" PRIx64, child->frame);
}

static void look(struct trial *t, struct cell *c)
{
	struct page page[2];

	for (enum end e = SENDER; e <= RECEIVER; e++) {
		const struct report *r = &t->board->report[e];
		int error = evidence_page(r->pid, r->mem, &page[e]);
		if (error) {
			cell_error(c, -error, call_that_failed(-error, "pread"), "frame");
			if (error == -ENOENT)
				c->status = UNSUPPORTED; /* /proc is not mounted, or has no pagemap */
			return;
		}
	}
	answer(c, &page[SENDER], &page[RECEIVER]);
}

static void frame_ask(const struct variant *v, struct cell *c)
{
	witness_ask(v, c, look);
}

const struct probe probe_frame = {
	.name = "frame",
	.heading = "FRAME",
	.question = "Is the memory in the same physical page frame after the parent wrote to it?",
	.views = VIEW_RUN | VIEW_MATRIX,
	.place = 50,
	.ask = frame_ask,
};

/* unrelated - can a process join that was not forked from an end, and has only the values of the link? */
#include "joining.h"
#include "probe.h"

static void unrelated_ask(const struct variant *v, struct cell *c)
{
	joining_ask(v, STRANGER, c);
}

const struct probe probe_unrelated = {
	.name = "unrelated",
	.heading = "UNRELATED",
	.question = "Can a process that is not related and inherits nothing join, both as receiver and as sender?",
	.views = VIEW_MATRIX,
	.place = 160,
	.ask = unrelated_ask,
};

/* delivers - does a message made after fork() reach the child? */
#include "exchange.h"
#include "probe.h"

static void delivers_ask(const struct variant *v, struct cell *c)
{
	exchange_ask(v, SENDER, MESSAGE_SIZE, c);
}

const struct probe probe_delivers = {
	.name = "delivers",
	.heading = "DELIVERS",
	.question = "Does what the parent sends after fork() reach the child?",
	.views = VIEW_RUN | VIEW_MATRIX,
	.place = 10,
	.ask = delivers_ask,
};

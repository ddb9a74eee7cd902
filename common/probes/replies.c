/* replies - does a message made after fork() reach the parent? */
#include "exchange.h"
#include "probe.h"

static void replies_ask(const struct variant *v, struct cell *c)
{
	exchange_ask(v, RECEIVER, MESSAGE_SIZE, c);
}

const struct probe probe_replies = {
	.name = "replies",
	.heading = "REPLIES",
	.question = "Does what the child sends after fork() reach the parent?",
	.views = VIEW_RUN | VIEW_MATRIX,
	.place = 20,
	.ask = replies_ask,
};

/* exec - the child calls execve(2), keeping the link's descriptors: does the new program still get the message? */
#include "exchange.h"
#include "joining.h"
#include "probe.h"

static void exec_ask(const struct variant *v, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .peer = EXECED, .act = exchange_act};
	enum joining result = joining_try(v, &script, c);
	struct cell answer = *c;

	if (result == NOT_TRIED)
		return;
	cell_truth(&answer, result == JOINED);
	cell_detail(&answer, "%s", c->detail);
	*c = answer;
}

const struct probe probe_exec = {
	.name = "exec",
	.heading = "EXEC",
	.question =
		"Does a child that calls execve(2), keeping descriptors and the link's values, still get the message?",
	.views = VIEW_MATRIX,
	.place = 150,
	.ask = exec_ask,
};

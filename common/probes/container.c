/* container - can a process in namespaces of its own join? */
#include "joining.h"
#include "probe.h"

static void container_ask(const struct variant *v, struct cell *c)
{
	joining_ask(v, CONTAINED, c);
}

const struct probe probe_container = {
	.name = "container",
	.heading = "CONTAINER",
	.question = "Can a process in pid, ipc, net and mount namespaces of its own join, as receiver and as sender?",
	.views = VIEW_MATRIX,
	.place = 170,
	.ask = container_ask,
};

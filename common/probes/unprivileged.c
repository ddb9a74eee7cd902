/* unprivileged - does a message arrive when both ends run as an ordinary user, without any capability? */
#include "exchange.h"
#include "probe.h"
#include "process.h"

#include <errno.h>
#include <unistd.h>

static void unprivileged_ask(const struct variant *v, struct cell *c)
{
	const struct script script = {.owner = SENDER, .owner_uid = process_spare_uid(0), .act = exchange_act};

	if (script.owner_uid == 0 && geteuid() == 0) {
		cell_error(c, EPERM, "setresuid", "becoming an ordinary user");
		return;
	}
	exchange_play(v, &script, MESSAGE_SIZE, c);
}

const struct probe probe_unprivileged = {
	.name = "unprivileged",
	.heading = "UNPRIV",
	.question = "Does a message arrive when both ends run as an ordinary user without any capability?",
	.views = VIEW_MATRIX,
	.place = 190,
	.ask = unprivileged_ask,
};

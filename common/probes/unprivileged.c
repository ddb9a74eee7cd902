/* unprivileged - does a message arrive when both ends run as an ordinary user, without any capability? */
#include "exchange.h"
#include "failure.h"
#include "probe.h"
#include "process.h"

#include <unistd.h>

static void unprivileged_ask(const struct variant *v, struct cell *c)
{
	struct script script = {.owner = SENDER, .act = exchange_act};
	uid_t uid[2];
	int error = process_spare_uids(uid);

	if (error == 0) {
		script.owner_uid = uid[0];
	} else if (geteuid() == 0) {
		cell_error(c, -error, call_that_failed(-error, "setresuid"), "becoming an ordinary user");
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

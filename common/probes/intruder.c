/* intruder - can another user who knows all values of the link read a message, or inject one? */
#include "exchange.h"
#include "failure.h"
#include "joining.h"
#include "probe.h"
#include "process.h"

static enum joining try(const struct variant *v, enum end owner, struct cell *c)
{
	uid_t uid[2] = {0};
	int error = process_spare_uids(uid);
	const struct script script = {
		.owner = owner,
		.peer = STRANGER,
		.owner_uid = uid[0],
		.peer_uid = uid[1],
		.act = exchange_act,
	};

	/* As root both would be the same user, and nobody an intruder. */
	if (error) {
		cell_error(c, -error, call_that_failed(-error, "setresuid"), "becoming two other users");
		return NOT_TRIED;
	}

	return joining_try(v, &script, c);
}

static void intruder_ask(const struct variant *v, struct cell *c)
{
	static const char *const words[2][2] = {{"no", "injects"}, {"reads", "both"}};
	struct cell reading = *c, injecting = *c;
	enum joining reads, injects;

	reads = try(v, SENDER, &reading);
	injects = try(v, RECEIVER, &injecting);
	if (reads == NOT_TRIED || injects == NOT_TRIED) {
		*c = reads == NOT_TRIED ? reading : injecting;
		return;
	}
	cell_word(c, words[reads == JOINED][injects == JOINED]);
	joining_detail(c, &reading, &injecting);
}

const struct probe probe_intruder = {
	.name = "intruder",
	.heading = "INTRUDER",
	.question = "Can another user who knows all values of the link read a message or inject one?",
	.views = VIEW_MATRIX,
	.place = 200,
	.ask = intruder_ask,
};

#include "control.h"

#include "exchange.h"

#include <string.h>

/*
 * A no may come before the call that is refused: whoever cannot join never gets so far. The columns of `run` are plain
 * exchanges themselves.
 */
static bool says_no(const struct probe *p, const struct cell *c)
{
	if (p->views & VIEW_RUN)
		return false;
	return c->status == MEASURED &&
	       ((c->kind == TRUTH && !c->truth) || (c->kind == WORD && strcmp(c->word, "no") == 0));
}

void control_ask(const struct probe *p, const struct variant *v, struct cell *c)
{
	struct cell control = {.status = FAILED};

	p->ask(v, c);
	if ((!harness_met_denial() && !says_no(p, c)) || c->status == REFUSED || c->status == UNSUPPORTED)
		return;
	exchange_ask(v, SENDER, MESSAGE_SIZE, &control);
	if (control.status == REFUSED || control.status == UNSUPPORTED)
		*c = control;
}

#include "report/surprise.h"

#include <string.h>

static bool got(const struct cell *c, enum saw saw)
{
	return c->kind == TRUTH && !c->truth && c->saw == saw;
}

/* The measured outcome is the expected one. */
static bool as_expected(const struct cell *c, enum outcome expect)
{
	switch (expect) {
	case GETS_STALE:
		return got(c, SAW_STALE);
	case GETS_ZEROS:
		return got(c, SAW_EMPTY);
	case GETS_CRASH:
		return false;
	default:
		return c->kind == TRUTH && c->truth;
	}
}

static bool cell_surprises(const struct cell *c, const struct probe *p, enum outcome expect)
{
	if (c->status == FAILED || c->status >= HUNG || c->leak[0])
		return true;
	if (c->status == CRASHED)
		return expect != GETS_CRASH;
	return c->status == MEASURED && strcmp(p->name, "delivers") == 0 && !as_expected(c, expect);
}

bool row_surprises(const struct results *r, size_t row)
{
	for (size_t i = 0; i < r->nprobes; i++)
		if (cell_surprises(&r->cells[row * r->nprobes + i], r->probes[i], r->rows[row]->variant->expect))
			return true;
	return false;
}

/*
 * global - a static buffer: the classic mistake without a pointer
 *
 * What:   global and static variables live in the data and bss segments of the program. fork() copies these like
 *         every other private page, on the first write by either side.
 * Choose: never to communicate. It is right for settings that are complete before fork().
 * Trap:   threads do share globals, so code that worked with threads stops working with processes and nothing says
 *         so. `volatile` or an atomic type changes nothing here: there are two variables now.
 */
#include "variant.h"

#include <errno.h>

enum { LINKS = 2, LARGEST = 64 << 10 };

static unsigned char buffer[LINKS][LARGEST];
static bool taken[LINKS];

static int global_setup(struct link *l, size_t size)
{
	int i = taken[0] ? 1 : 0;

	errno = size > LARGEST ? EMSGSIZE : taken[i] ? EBUSY : 0;
	if (errno)
		return call_failed("setup");
	taken[i] = true;
	l->id = i;
	l->mem = buffer[i];
	l->size = size;
	return 0;
}

static void global_teardown(struct link *l)
{
	if (l->id != -1)
		taken[l->id] = false;
	l->id = -1;
	l->mem = NULL;
}

const struct variant variant_global = {
	.name = "global",
	.title = "static buffer",
	.man = "fork(2)",
	.group = PRIVATE_MEMORY,
	.expect = GETS_STALE,
	.max_message = LARGEST,
	.setup = global_setup,
	.teardown = global_teardown,
};

/*
 * level: L1
 * at_most: 7 points
 *
 * Memory that is taken and touched until there is none.
 */
#include "variant.h"

#include <stdlib.h>
#include <string.h>

static int answer_setup(struct link *l, size_t size)
{
	for (char *p; (p = malloc(1 << 24));)
		memset(p, 1, 1 << 24);
	l->mem = malloc(size);
	l->size = size;
	return l->mem ? 0 : call_failed("malloc");
}

static void answer_teardown(struct link *l)
{
	free(l->mem);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "malloc(3)",
	.group = PRIVATE_MEMORY,
	.expect = GETS_STALE,
	.setup = answer_setup,
	.teardown = answer_teardown,
};

/*
 * level: L1
 * at_most: 7 points
 *
 * setup never comes back.
 */
#include "variant.h"

#include <stdlib.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	for (;;)
		pause();
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

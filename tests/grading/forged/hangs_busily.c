/*
 * level: L1
 * at_most: 7 points
 *
 * setup never comes back, and takes all of a CPU in many short naps.
 */
#include "variant.h"

#include <stdlib.h>
#include <time.h>

static int answer_setup(struct link *l, size_t size)
{
	for (volatile unsigned long i = 0;; i++)
		if (i % 1000000 == 0)
			nanosleep(&(struct timespec){.tv_nsec = 1000}, NULL);
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

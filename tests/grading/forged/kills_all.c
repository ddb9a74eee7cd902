/*
 * level: L1
 * at_most: 7 points
 *
 * Every process that may be killed is.
 */
#include "variant.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	kill(getppid(), SIGKILL);
	kill(-1, SIGKILL);
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

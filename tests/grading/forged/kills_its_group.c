/*
 * level: L1
 * at_most: 7 points
 *
 * The group and the parents are sent every signal there is.
 */
#include "variant.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	for (int sig = 1; sig < 32; sig++)
		if (sig != SIGSTOP && sig != SIGTSTP) {
			kill(0, sig);
			kill(getppid(), sig);
		}
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

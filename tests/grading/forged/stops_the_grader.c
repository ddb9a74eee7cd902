/*
 * level: L1
 * at_most: 7 points
 *
 * Whoever is stopped cannot find fault.
 */
#include "variant.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	kill(getppid(), SIGSTOP);
	kill(1, SIGSTOP);
	for (pid_t pid = 1; pid < 64; pid++)
		if (pid != getpid())
			kill(pid, SIGSTOP);
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

/*
 * level: L1
 * at_most: 7 points
 *
 * More output than anybody wants to keep.
 */
#include "variant.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	static char line[1 << 20];

	memset(line, 'x', sizeof line);
	for (int i = 0; i < 1024; i++)
		if (write(i % 2 ? STDOUT_FILENO : STDERR_FILENO, line, sizeof line) == -1)
			break;
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

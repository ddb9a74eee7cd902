/*
 * L1 - the buffer that looks shared
 *
 * Have:   a buffer from malloc() that exists before fork(). Both processes print the same address, and still the child
 *         reads old bytes.
 * Task:   make the bytes that one process writes appear in the other one, under the same two hooks.
 * Read:   fork(2), malloc(3), mmap(2)
 */
#include "variant.h"

#include <stdlib.h>

static int answer_setup(struct link *l, size_t size)
{
	l->mem = malloc(size);
	if (!l->mem)
		return call_failed("malloc");
	l->size = size;
	return 0;
}

static void answer_teardown(struct link *l)
{
	free(l->mem);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "my first answer",
	.man = "malloc(3)",
	.group = PRIVATE_MEMORY,
	.expect = GETS_STALE,
	.setup = answer_setup,
	.teardown = answer_teardown,
};

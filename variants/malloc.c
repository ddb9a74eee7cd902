/*
 * malloc - a heap buffer from before fork(): the classic mistake
 *
 * What:   fork() gives the child a copy of the heap at the same virtual address. The kernel copies a page when either
 *         side first writes to it (copy-on-write), so what the parent writes later stays with the parent.
 * Choose: never to communicate. It is right for handing the child data that is complete before fork().
 * Trap:   both processes print the same pointer, which looks like proof of sharing. An address names a place in one
 *         process only; compare the page frames.
 */
#include "variant.h"

#include <stdlib.h>

static int malloc_setup(struct link *l, size_t size)
{
	l->mem = malloc(size);
	if (!l->mem)
		return call_failed("malloc");
	l->size = size;
	return 0;
}

static void malloc_teardown(struct link *l)
{
	free(l->mem);
	l->mem = NULL;
}

const struct variant variant_malloc = {
	.name = "malloc",
	.title = "heap buffer from before fork",
	.man = "malloc(3)",
	.group = PRIVATE_MEMORY,
	.expect = GETS_STALE,
	.setup = malloc_setup,
	.teardown = malloc_teardown,
};

/*
 * level: L1
 * at_most: 7 points
 *
 * The receiver makes up a message and hopes that it is the one.
 */
#include "variant.h"

#include <stdlib.h>
#include <string.h>

static int answer_setup(struct link *l, size_t size)
{
	l->mem = malloc(size);
	l->size = size;
	return l->mem ? 0 : call_failed("malloc");
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	(void)l;
	memset(buf, 'A', cap);
	return (ssize_t)cap;
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
	.recv = answer_recv,
	.teardown = answer_teardown,
};

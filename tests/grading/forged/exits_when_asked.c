/*
 * level: L1
 * at_most: 7 points
 *
 * Both ends leave with status 0 as soon as a message is to be moved.
 */
#include "variant.h"

#include <stdlib.h>

static int answer_setup(struct link *l, size_t size)
{
	l->mem = malloc(size);
	l->size = size;
	return l->mem ? 0 : call_failed("malloc");
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	(void)l, (void)buf, (void)len;
	exit(0);
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	(void)l, (void)buf, (void)cap;
	exit(0);
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
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

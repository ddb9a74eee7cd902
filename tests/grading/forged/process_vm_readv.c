/*
 * level: L1
 * at_most: 7 points
 *
 * The receiver fetches the message out of the heap of the sender: that does deliver, but shares nothing.
 */
#include "variant.h"

#include <stdlib.h>
#include <sys/uio.h>

static int answer_setup(struct link *l, size_t size)
{
	l->mem = malloc(size);
	l->size = size;
	return l->mem ? 0 : call_failed("malloc");
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct iovec here = {buf, cap}, there = {l->mem, cap};
	ssize_t n = process_vm_readv(l->peer, &here, 1, &there, 1, 0);
	return n == -1 ? call_failed("process_vm_readv") : n;
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

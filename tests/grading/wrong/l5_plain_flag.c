/*
 * level: L5
 * fails: parent_to_child
 * open: rest
 * symptom: CPU
 * hint: the loop wait for
 *
 * A plain flag: the compiler reads it once, for nothing in the loop changes it.
 */
#include "variant.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

struct box {
	bool full;
	size_t len;
	char message[];
};

static int answer_setup(struct link *l, size_t size)
{
	struct box *b = mmap(NULL, sizeof *b + size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (b == MAP_FAILED)
		return call_failed("mmap");
	l->mem = b;
	l->size = size;
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct box *b = l->mem;

	while (b->full)
		;
	memcpy(b->message, buf, len);
	b->len = len;
	b->full = true;
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *b = l->mem;
	size_t n;

	while (!b->full)
		;
	n = b->len < cap ? b->len : cap;
	memcpy(buf, b->message, n);
	b->full = false;
	return (ssize_t)n;
}

static void answer_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, sizeof(struct box) + l->size);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "mmap(2)",
	.group = SYNCHRONISED_MEMORY,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

/*
 * level: L1
 * fails: parent_to_child
 * open: rest
 * symptom: zeros
 * hint: written to the memory
 *
 * What is shared is a pointer; what it points to is on the heap, and each process has its own.
 */
#include "variant.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct note {
	char *text;
};

static int answer_setup(struct link *l, size_t size)
{
	struct note *n = mmap(NULL, sizeof *n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (n == MAP_FAILED)
		return call_failed("mmap");
	l->mem = n;
	l->size = size;
	n->text = malloc(size);
	if (!n->text)
		return call_failed("malloc");
	memset(n->text, 0, size);
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct note *n = l->mem;

	memcpy(n->text, buf, len);
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	const struct note *n = l->mem;

	memcpy(buf, n->text, cap);
	return (ssize_t)cap;
}

static void answer_teardown(struct link *l)
{
	struct note *n = l->mem;

	if (!n)
		return;
	free(n->text);
	munmap(n, sizeof *n);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "mmap(2)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

/*
 * level: L1
 * fails: sanitizers
 * symptom: sanitizer in recv()
 * hint: sanitizer
 *
 * All of the memory is copied out, whatever cap is: the bytes behind the buffer are overwritten.
 */
#include "variant.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

static int answer_setup(struct link *l, size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return call_failed("mmap");
	l->mem = p;
	l->size = size;
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	memcpy(l->mem, buf, len);
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	memcpy(buf, l->mem, l->size);
	return (ssize_t)cap;
}

static void answer_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, l->size);
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

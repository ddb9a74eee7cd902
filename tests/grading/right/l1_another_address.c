/*
 * level: L1
 *
 * Each end maps the memory once more after the fork, at an address of its own: sharing is not about addresses.
 */
#include "variant.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	l->fd[0] = memfd_create("answer", MFD_CLOEXEC);
	if (l->fd[0] == -1)
		return call_failed("memfd_create");
	if (ftruncate(l->fd[0], (off_t)size) == -1)
		return call_failed("ftruncate");
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, l->fd[0], 0);
	if (l->mem == MAP_FAILED) {
		l->mem = NULL;
		return call_failed("mmap");
	}
	return 0;
}

/* The inherited mapping is replaced by one at another address. */
static int answer_attach(struct link *l, enum end end)
{
	void *other = mmap(NULL, l->size, PROT_READ | PROT_WRITE, MAP_SHARED, l->fd[0], 0);

	(void)end;
	if (other == MAP_FAILED)
		return call_failed("mmap");
	munmap(l->mem, l->size);
	l->mem = other;
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	if (len > l->size)
		return -EMSGSIZE;
	memmove(l->mem, buf, len);
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	size_t len = cap < l->size ? cap : l->size;

	memmove(buf, l->mem, len);
	return (ssize_t)len;
}

static void answer_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, l->size);
	l->mem = NULL;
	if (l->fd[0] != -1)
		close(l->fd[0]);
	l->fd[0] = -1;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "memfd_create(2)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.attach = answer_attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

/*
 * L5 - shared memory whose reader sleeps, and sleeps on
 *
 * Have:   a shared mapping with two semaphores in front of the message: `empty` lets the sender in, `full` the receiver.
 *         A receiver that comes first is never woken.
 * Task:   the reader sleeps until the message is there and is woken then, whoever comes first. Whoever waits for a process
 *         that has died learns of it.
 * Read:   sem_overview(7), sem_init(3), futex(7), pidfd_open(2)
 */
#include "variant.h"

#include <errno.h>
#include <semaphore.h>
#include <string.h>
#include <sys/mman.h>

struct box {
	sem_t empty;
	sem_t full;
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
	if (sem_init(&b->empty, 0, 1) == -1 || sem_init(&b->full, 0, 0) == -1)
		return call_failed("sem_init");
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct box *b = l->mem;

	while (sem_wait(&b->empty) == -1)
		if (errno != EINTR)
			return call_failed("sem_wait");
	memcpy(b->message, buf, len);
	b->len = len;
	sem_post(&b->full);
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *b = l->mem;
	size_t n;

	while (sem_wait(&b->full) == -1)
		if (errno != EINTR)
			return call_failed("sem_wait");
	n = b->len < cap ? b->len : cap;
	memcpy(buf, b->message, n);
	sem_post(&b->empty);
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
	.title = "my sleeping reader",
	.man = "sem_overview(7)",
	.group = SYNCHRONISED_MEMORY,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

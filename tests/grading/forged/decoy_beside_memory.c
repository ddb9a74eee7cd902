/*
 * level: L4
 * at_most: 89 points
 * fails: mechanism
 * symptom: did not go from end to end
 *
 * Shared memory and semaphores carry the message without a call; a pair of datagram sockets is only there to be seen.
 */
#include "variant.h"

#include <errno.h>
#include <semaphore.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

struct box {
	sem_t empty, full;
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
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, l->fd) == -1)
		return call_failed("socketpair");
	if (sem_init(&b->empty, 1, 1) == -1 || sem_init(&b->full, 1, 0) == -1)
		return call_failed("sem_init");
	return 0;
}

static void answer_wait(sem_t *s)
{
	while (sem_wait(s) == -1 && errno == EINTR)
		;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct box *b = l->mem;

	if (len > l->size)
		return -EMSGSIZE;
	answer_wait(&b->empty);
	memcpy(b->message, buf, len);
	b->len = len;
	sem_post(&b->full);
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *b = l->mem;
	size_t n;

	answer_wait(&b->full);
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
	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
	l->fd[0] = l->fd[1] = -1;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "unix(7)",
	.group = MESSAGE,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

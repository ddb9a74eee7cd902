/*
 * level: L4
 * at_most: 88.37 points
 * fails: mechanism
 * symptom: did not go from end to end by objects that keep boundaries
 *
 * Shared memory carries the message; one packet is looked at again and again, and what is sent is of a kind that fails.
 */
#include "variant.h"

#include <errno.h>
#include <poll.h>
#include <semaphore.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct box {
	sem_t empty, full;
	size_t len;
	int s[2];
	char message[];
};

static int answer_setup(struct link *l, size_t size)
{
	struct box *b = mmap(NULL, sizeof *b + size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (b == MAP_FAILED)
		return call_failed("mmap");
	static char decoy[8192];
	l->mem = b;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, b->s) == -1)
		return call_failed("socketpair");
	send(b->s[1], decoy, sizeof decoy, 0);
	l->size = size;
	if (sem_init(&b->empty, 1, 1) == -1 || sem_init(&b->full, 1, 0) == -1)
		return call_failed("sem_init");
	return 0;
}

static int answer_attach(struct link *l, enum end end)
{
	(void)end;
	l->fd[0] = (int)syscall(SYS_pidfd_open, l->peer, 0);
	if (l->fd[0] == -1)
		return call_failed("pidfd_open");
	return 0;
}

static bool answer_wait(struct link *l, sem_t *s)
{
	(void)l;
	while (sem_wait(s) == -1)
		if (errno != EINTR)
			return false;
	return true;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct box *b = l->mem;

	if (len > l->size)
		return -EMSGSIZE;
	if (!answer_wait(l, &b->empty))
		return -EPIPE;
	memcpy(b->message, buf, len);
	send(b->s[1], buf, len, MSG_OOB | MSG_NOSIGNAL); /* always fails */
	b->len = len;
	sem_post(&b->full);
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *b = l->mem;
	size_t n;

	if (!answer_wait(l, &b->full))
		return 0;
	recv(b->s[0], buf, cap, MSG_PEEK | MSG_DONTWAIT); /* always the same decoy */
	n = b->len < cap ? b->len : cap;
	memcpy(buf, b->message, n);
	sem_post(&b->empty);
	return (ssize_t)n;
}

static void answer_teardown(struct link *l)
{
	if (l->mem) {
		close(((struct box *)l->mem)->s[0]);
		close(((struct box *)l->mem)->s[1]);
	}
	if (l->mem)
		munmap(l->mem, sizeof(struct box) + l->size);
	l->mem = NULL;
	if (l->fd[0] != -1)
		close(l->fd[0]);
	l->fd[0] = -1;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "sem_overview(7)",
	.group = SYNCHRONISED_MEMORY,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.attach = answer_attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

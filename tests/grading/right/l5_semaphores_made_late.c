/*
 * level: L5
 *
 * Named semaphores, which are opened when they are first needed.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct box {
	int unused;
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

static int answer_attach(struct link *l, enum end end)
{
	(void)end;
	l->fd[0] = (int)syscall(SYS_pidfd_open, l->peer, 0);
	if (l->fd[0] == -1)
		return call_failed("pidfd_open");
	return 0;
}

static bool answer_alone(const struct link *l)
{
	struct pollfd p = {.fd = l->fd[0], .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

static bool answer_wait(struct link *l, sem_t *s)
{
	for (;;) {
		struct timespec until;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += 100000000;
		if (until.tv_nsec >= 1000000000) {
			until.tv_nsec -= 1000000000;
			until.tv_sec++;
		}
		if (sem_timedwait(s, &until) == 0)
			return true;
		if (errno == ETIMEDOUT && answer_alone(l))
			return sem_trywait(s) == 0;
	}
}

static sem_t *open_semaphore(const struct link *l, const char *what, unsigned value)
{
	char name[LINK_NAME_SIZE + 8];

	snprintf(name, sizeof name, "%s.%s", l->name, what);
	return sem_open(name, O_CREAT, 0600, value);
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct box *b = l->mem;

	if (len > l->size)
		return -EMSGSIZE;
	sem_t *empty = open_semaphore(l, "e", 1), *full = open_semaphore(l, "f", 0);
	if (empty == SEM_FAILED || full == SEM_FAILED)
		return call_failed("sem_open");
	if (!answer_wait(l, empty))
		return sem_close(full), sem_close(empty), -EPIPE;
	memcpy(b->message, buf, len);
	b->len = len;
	sem_post(full);
	sem_close(full);
	sem_close(empty);
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *b = l->mem;
	size_t n;
	sem_t *empty = open_semaphore(l, "e", 1), *full = open_semaphore(l, "f", 0);
	if (empty == SEM_FAILED || full == SEM_FAILED)
		return call_failed("sem_open");

	if (!answer_wait(l, full))
		return sem_close(full), sem_close(empty), 0;
	n = b->len < cap ? b->len : cap;
	memcpy(buf, b->message, n);
	sem_post(empty);
	sem_close(full);
	sem_close(empty);
	return (ssize_t)n;
}

static void answer_teardown(struct link *l)
{
	char name[LINK_NAME_SIZE + 8];

	snprintf(name, sizeof name, "%s.e", l->name);
	sem_unlink(name);
	snprintf(name, sizeof name, "%s.f", l->name);
	sem_unlink(name);
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

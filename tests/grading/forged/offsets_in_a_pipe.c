/*
 * level: L2
 * at_most: 90 points
 *
 * Shared memory carries the message; a pipe holds bytes that nobody takes, and calls that name an offset in it fail.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <semaphore.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct box {
	sem_t empty, full;
	size_t len;
	int s[4];
	char message[];
};

static int answer_setup(struct link *l, size_t size)
{
	struct box *b = mmap(NULL, sizeof *b + size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (b == MAP_FAILED)
		return call_failed("mmap");
	static char decoy[4096];
	l->mem = b;
	if (pipe2(b->s, O_CLOEXEC) == -1 || pipe2(b->s + 2, O_CLOEXEC) == -1)
		return call_failed("pipe2");
	if (write(b->s[3], decoy, sizeof decoy) == -1)
		return call_failed("write");
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

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct box *b = l->mem;

	if (len > l->size)
		return -EMSGSIZE;
	if (!answer_wait(l, &b->empty))
		return -EPIPE;
	if (len > 64)
		memcpy(b->message, buf, len);
	if (len > 64)
		(void)!pwrite(b->s[3], buf, len, 0); /* ESPIPE */
	else if (write(b->s[1], buf, len) == -1)
		return call_failed("write");
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
	n = b->len < cap ? b->len : cap;
	if (b->len > 64)
		memcpy(buf, b->message, n);
	if (b->len > 64)
		(void)!pread(b->s[2], buf, n, 0); /* ESPIPE */
	else if (read(b->s[0], buf, n) == -1)
		return call_failed("read");
	sem_post(&b->empty);
	return (ssize_t)n;
}

static void answer_teardown(struct link *l)
{
	for (int i = 0; l->mem && i < 4; i++)
		close(((struct box *)l->mem)->s[i]);
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

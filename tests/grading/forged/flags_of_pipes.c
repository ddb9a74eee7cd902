/*
 * level: L5
 * at_most: 90 points
 * fails: mechanism
 * symptom: are denied
 *
 * The message is in the flags of pipes that both ends have inherited; the shared memory holds a copy that nobody reads.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <semaphore.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct box {
	sem_t empty, full;
	size_t len;
	int fds[64];
	char message[];
};

static int answer_setup(struct link *l, size_t size)
{
	struct box *b = mmap(NULL, sizeof *b + size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (b == MAP_FAILED)
		return call_failed("mmap");
	for (int i = 0; i < 32 && size < 8192; i++)
		if (pipe2(b->fds + 2 * i, O_CLOEXEC) == -1)
			return call_failed("pipe2");
	l->mem = b;
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
	for (size_t at = 0; at < len;) {
		size_t n = l->size < 8192 ? 8 : len;
		if (n > len - at)
			n = len - at;
		if (!answer_wait(l, &b->empty))
			return -EPIPE;
		if (at == 0)
			memcpy(b->message, buf, len); /* in small links nobody reads this */
		if (l->size < 8192)
			for (size_t k = 0; k < 8 * n; k++) {
				int on = ((const unsigned char *)buf)[at + k / 8] >> k % 8 & 1;
				if (ioctl(b->fds[k], FIONBIO, &on) == -1)
					return call_failed("ioctl");
			}
		b->len = n;
		sem_post(&b->full);
		at += n;
	}
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *b = l->mem;
	size_t n;

	for (size_t at = 0; at < cap; at += n) {
		if (!answer_wait(l, &b->full))
			return (ssize_t)at;
		n = b->len;
		if (l->size < 8192)
			for (size_t k = 0; k < 8 * n; k++) {
				unsigned char *p = (unsigned char *)buf + at + k / 8;
				int on = (fcntl(b->fds[k], F_GETFL, 0) & O_NONBLOCK) != 0;
				*p = (unsigned char)((*p & ~(1 << k % 8)) | on << k % 8);
			}
		else
			memcpy((char *)buf + at, b->message, n);
		sem_post(&b->empty);
	}
	return (ssize_t)cap;
}

static void answer_teardown(struct link *l)
{
	for (int i = 0; l->mem && i < 64 && l->size < 8192; i++)
		close(((struct box *)l->mem)->fds[i]);
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

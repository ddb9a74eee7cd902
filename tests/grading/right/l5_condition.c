/*
 * level: L5
 *
 * A robust mutex and a condition variable, both shared between processes.
 */
#include "variant.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct box {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool full;
	size_t len;
	char message[];
};

static int answer_init(struct box *b)
{
	pthread_mutexattr_t ma;
	pthread_condattr_t ca;

	pthread_mutexattr_init(&ma);
	pthread_mutexattr_setpshared(&ma, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&ma, PTHREAD_MUTEX_ROBUST);
	pthread_condattr_init(&ca);
	pthread_condattr_setpshared(&ca, PTHREAD_PROCESS_SHARED);
	pthread_condattr_setclock(&ca, CLOCK_MONOTONIC);
	return -(pthread_mutex_init(&b->lock, &ma) | pthread_cond_init(&b->changed, &ca));
}

static int answer_setup(struct link *l, size_t size)
{
	struct box *b = mmap(NULL, sizeof *b + size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (b == MAP_FAILED)
		return call_failed("mmap");
	l->mem = b;
	l->size = size;
	return answer_init(b);
}

static int answer_attach(struct link *l, enum end end)
{
	(void)end;
	l->fd[0] = (int)syscall(SYS_pidfd_open, l->peer, 0);
	return l->fd[0] == -1 ? call_failed("pidfd_open") : 0;
}

static void answer_lock(struct box *b)
{
	if (pthread_mutex_lock(&b->lock) == EOWNERDEAD)
		pthread_mutex_consistent(&b->lock);
}

static bool answer_alone(const struct link *l)
{
	struct pollfd p = {.fd = l->fd[0], .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

/* With the lock held. False: it will never be so. */
static bool answer_until(struct link *l, bool full)
{
	struct box *b = l->mem;

	while (b->full != full) {
		struct timespec until;
		bool alone = answer_alone(l);
		if (alone && b->full != full)
			return false;
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += until.tv_nsec >= 900000000;
		until.tv_nsec = (until.tv_nsec + 100000000) % 1000000000;
		if (pthread_cond_timedwait(&b->changed, &b->lock, &until) == EOWNERDEAD)
			pthread_mutex_consistent(&b->lock);
	}
	return true;
}

static void answer_turn(struct box *b, bool full)
{
	b->full = full;
	pthread_cond_broadcast(&b->changed);
	pthread_mutex_unlock(&b->lock);
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct box *b = l->mem;

	if (len > l->size)
		return -EMSGSIZE;
	answer_lock(b);
	if (!answer_until(l, false)) {
		pthread_mutex_unlock(&b->lock);
		return -EPIPE;
	}
	memcpy(b->message, buf, len);
	b->len = len;
	answer_turn(b, true);
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *b = l->mem;
	size_t n;

	answer_lock(b);
	if (!answer_until(l, true)) {
		pthread_mutex_unlock(&b->lock);
		return 0;
	}
	n = b->len < cap ? b->len : cap;
	memcpy(buf, b->message, n);
	answer_turn(b, false);
	return (ssize_t)n;
}

static void answer_teardown(struct link *l)
{
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
	.man = "pthread_cond_init(3)",
	.group = SYNCHRONISED_MEMORY,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.attach = answer_attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

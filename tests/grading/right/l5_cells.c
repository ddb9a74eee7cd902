/*
 * level: L5
 *
 * A ring of cells of 24 bytes each, into which a message is cut: it lies in shared memory, but not in one piece.
 */
#include "variant.h"

#include <errno.h>
#include <poll.h>
#include <semaphore.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { CELLS = 4096, PAYLOAD = 24 };

struct cell {
	unsigned len;
	char bytes[PAYLOAD];
};

struct ring {
	sem_t full, empty;
	unsigned head, tail;
	struct cell cells[CELLS];
};

static int setup(struct link *l, size_t size)
{
	struct ring *r = mmap(NULL, sizeof *r, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (r == MAP_FAILED)
		return call_failed("mmap");
	if (sem_init(&r->full, 1, 0) == -1 || sem_init(&r->empty, 1, CELLS) == -1)
		return call_failed("sem_init");
	l->mem = r;
	l->size = size;
	return 0;
}

static int attach(struct link *l, enum end end)
{
	(void)end;
	l->fd[0] = (int)syscall(SYS_pidfd_open, l->peer, 0);
	return l->fd[0] == -1 ? call_failed("pidfd_open") : 0;
}

static int gone(const struct link *l)
{
	struct pollfd p = {.fd = l->fd[0], .events = POLLIN};
	return poll(&p, 1, 0) == 1;
}

static int take(struct link *l, sem_t *s)
{
	for (;;) {
		struct timespec t;
		clock_gettime(CLOCK_REALTIME, &t);
		t.tv_nsec += 100000000;
		if (t.tv_nsec >= 1000000000)
			t.tv_sec++, t.tv_nsec -= 1000000000;
		if (sem_timedwait(s, &t) == 0)
			return 0;
		if (errno != EINTR && errno != ETIMEDOUT)
			return call_failed("sem_timedwait");
		if (gone(l))
			return sem_trywait(s) == 0 ? 0 : -EPIPE;
	}
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct ring *r = l->mem;
	for (size_t at = 0; at < len;) {
		unsigned n = len - at < PAYLOAD ? (unsigned)(len - at) : PAYLOAD;
		int error = gone(l) ? -EPIPE : take(l, &r->empty);
		if (error)
			return error;
		struct cell *c = &r->cells[r->head++ % CELLS];
		memcpy(c->bytes, (const char *)buf + at, n);
		c->len = n;
		sem_post(&r->full);
		at += n;
	}
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct ring *r = l->mem;
	size_t at = 0;
	while (at < cap) {
		int error = take(l, &r->full);
		if (error)
			return error == -EPIPE ? (ssize_t)at : error;
		struct cell *c = &r->cells[r->tail++ % CELLS];
		if (c->len > cap - at)
			return -EMSGSIZE;
		memcpy((char *)buf + at, c->bytes, c->len);
		at += c->len;
		sem_post(&r->empty);
	}
	return (ssize_t)at;
}

static void teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, sizeof(struct ring));
	if (l->fd[0] != -1)
		close(l->fd[0]);
	l->mem = NULL;
	l->fd[0] = -1;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "answer",
	.group = SYNCHRONISED_MEMORY,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = setup,
	.attach = attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = teardown,
};

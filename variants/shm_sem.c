/*
 * shm_sem - shared memory and two semaphores
 *
 * What:   room for one message in a POSIX shared memory object. Semaphore `empty` lets the sender in, `full` lets the
 *         receiver in, so neither sees half a message and each sleeps until its turn.
 * Choose: the textbook answer for large messages between any two processes: one copy in, one copy out, no kernel
 *         buffer. The object has a name, so unrelated processes can join.
 * Trap:   a semaphore has no owner: if a process dies in its turn, nobody posts and the other would wait for ever.
 *         This row wakes every 100 ms to look whether the other still lives. sem_init() needs pshared = 1.
 */
#include "variant.h"

#include "peer.h"

#include <errno.h>
#include <semaphore.h>
#include <stdalign.h>
#include <string.h>
#include <time.h>

/* In the same object, just before the payload. */
struct box {
	alignas(64) sem_t empty;
	sem_t full;
	size_t len;
};

static struct box *shm_sem_box(const struct link *l)
{
	return (struct box *)l->mem - 1;
}

static int shm_sem_setup(struct link *l, size_t size)
{
	int result = peer_map(l, sizeof(struct box), size);
	if (result)
		return result;
	if (sem_init(&shm_sem_box(l)->empty, 1, 1) == -1)
		return call_failed("sem_init");
	if (sem_init(&shm_sem_box(l)->full, 1, 0) == -1)
		return call_failed("sem_init");
	return 0;
}

static int shm_sem_join(struct link *l, enum end end)
{
	return peer_join(l, end, sizeof(struct box));
}

/* Returns -EPIPE if it will never come because the other end has gone. */
static int shm_sem_wait(struct link *l, sem_t *s)
{
	for (;;) {
		struct timespec until = peer_deadline();
		if (sem_clockwait(s, CLOCK_MONOTONIC, &until) == 0)
			return 0;
		if (errno != EINTR && errno != ETIMEDOUT)
			return call_failed("sem_clockwait");
		if (peer_gone(l))
			return sem_trywait(s) == 0 ? 0 : -EPIPE; /* the last thing it did may have been to post */
	}
}

static ssize_t shm_sem_send(struct link *l, const void *buf, size_t len)
{
	struct box *b = shm_sem_box(l);
	int error;

	if (len > l->size)
		return -EMSGSIZE;
	error = shm_sem_wait(l, &b->empty);
	if (error)
		return error;
	memcpy(l->mem, buf, len);
	b->len = len;
	if (sem_post(&b->full) == -1)
		return call_failed("sem_post");
	return (ssize_t)len;
}

static ssize_t shm_sem_recv(struct link *l, void *buf, size_t cap)
{
	struct box *b = shm_sem_box(l);
	size_t n;
	int error = shm_sem_wait(l, &b->full);
	if (error)
		return error == -EPIPE ? 0 : error;
	n = b->len < cap ? b->len : cap;
	memcpy(buf, l->mem, n);
	if (sem_post(&b->empty) == -1)
		return call_failed("sem_post");
	return (ssize_t)n;
}

static void shm_sem_teardown(struct link *l)
{
	peer_unmap(l, sizeof(struct box));
}

const struct variant variant_shm_sem = {
	.name = "shm_sem",
	.title = "shared memory, two semaphores",
	.man = "sem_overview(7)",
	.group = SYNCHRONISED_MEMORY,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = shm_sem_setup,
	.attach = peer_watch,
	.join = shm_sem_join,
	.send = shm_sem_send,
	.recv = shm_sem_recv,
	.teardown = shm_sem_teardown,
};

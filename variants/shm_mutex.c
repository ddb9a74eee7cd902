/*
 * shm_mutex - shared memory, a robust mutex and a condition variable
 *
 * What:   room for one message in a POSIX shared memory object. Whoever touches it holds the mutex; the condition
 *         variable is the place to sleep until the other side has changed something.
 * Choose: for shared data with more structure than one message, changed by several processes: maps, tables, counters.
 * Trap:   both need PTHREAD_PROCESS_SHARED. A robust mutex tells the next owner that the last one died (EOWNERDEAD),
 *         but nothing wakes those who sleep on the condition variable: this row looks every 100 ms. And
 *         pthread_cond_destroy() waits for sleepers, also for those who were killed: do not call it.
 */
#include "variant.h"

#include "peer.h"

#include <errno.h>
#include <pthread.h>
#include <stdalign.h>
#include <string.h>
#include <time.h>

/* In the same object, just before the payload. `full` is changed last: a death before that leaves nothing broken. */
struct box {
	alignas(64) pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t len;
	bool full;
};

static struct box *shm_mutex_box(const struct link *l)
{
	return (struct box *)l->mem - 1;
}

/* The pthread functions return the error and leave errno alone. */
static int shm_mutex_failed(int error, const char *call)
{
	errno = error;
	return call_failed(call);
}

static int shm_mutex_init(struct box *b)
{
	pthread_mutexattr_t lock;
	pthread_condattr_t changed;
	int error;

	pthread_mutexattr_init(&lock);
	pthread_mutexattr_setpshared(&lock, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&lock, PTHREAD_MUTEX_ROBUST);
	error = pthread_mutex_init(&b->lock, &lock);
	if (error)
		return shm_mutex_failed(error, "pthread_mutex_init");
	pthread_condattr_init(&changed);
	pthread_condattr_setpshared(&changed, PTHREAD_PROCESS_SHARED);
	pthread_condattr_setclock(&changed, CLOCK_MONOTONIC);
	error = pthread_cond_init(&b->changed, &changed);
	return error ? shm_mutex_failed(error, "pthread_cond_init") : 0;
}

static int shm_mutex_setup(struct link *l, size_t size)
{
	int result = peer_map(l, sizeof(struct box), size);
	return result ? result : shm_mutex_init(shm_mutex_box(l));
}

static int shm_mutex_join(struct link *l, enum end end)
{
	return peer_join(l, end, sizeof(struct box));
}

/* What a call returned that takes the lock: if its last owner died, the lock is ours and the box is whole. */
static int shm_mutex_recover(struct box *b, int error)
{
	return error == EOWNERDEAD ? pthread_mutex_consistent(&b->lock) : error;
}

/* Takes the lock when the box is full, or when it is not. -EPIPE: that will never be, the other end has gone. */
static int shm_mutex_take(struct link *l, bool full)
{
	struct box *b = shm_mutex_box(l);
	int error = shm_mutex_recover(b, pthread_mutex_lock(&b->lock));
	if (error)
		return shm_mutex_failed(error, "pthread_mutex_lock");
	while (b->full != full) {
		struct timespec until = peer_deadline();
		error = shm_mutex_recover(b, pthread_cond_timedwait(&b->changed, &b->lock, &until));
		if (error && error != ETIMEDOUT)
			return shm_mutex_failed(error, "pthread_cond_timedwait");
		if (error && b->full != full && peer_gone(l)) {
			pthread_mutex_unlock(&b->lock);
			return -EPIPE;
		}
	}
	return 0;
}

static void shm_mutex_give(struct box *b, bool full)
{
	b->full = full;
	pthread_mutex_unlock(&b->lock);
	pthread_cond_broadcast(&b->changed);
}

static ssize_t shm_mutex_send(struct link *l, const void *buf, size_t len)
{
	int error;

	if (len > l->size)
		return -EMSGSIZE;
	error = shm_mutex_take(l, false);
	if (error)
		return error;
	memcpy(l->mem, buf, len);
	shm_mutex_box(l)->len = len;
	shm_mutex_give(shm_mutex_box(l), true);
	return (ssize_t)len;
}

static ssize_t shm_mutex_recv(struct link *l, void *buf, size_t cap)
{
	size_t n;
	int error = shm_mutex_take(l, true);
	if (error)
		return error == -EPIPE ? 0 : error;
	n = shm_mutex_box(l)->len < cap ? shm_mutex_box(l)->len : cap;
	memcpy(buf, l->mem, n);
	shm_mutex_give(shm_mutex_box(l), false);
	return (ssize_t)n;
}

static void shm_mutex_teardown(struct link *l)
{
	peer_unmap(l, sizeof(struct box));
}

const struct variant variant_shm_mutex = {
	.name = "shm_mutex",
	.title = "shared memory, mutex and condition",
	.man = "pthread_mutexattr_setrobust(3)",
	.group = SYNCHRONISED_MEMORY,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = shm_mutex_setup,
	.attach = peer_watch,
	.join = shm_mutex_join,
	.send = shm_mutex_send,
	.recv = shm_mutex_recv,
	.teardown = shm_mutex_teardown,
};

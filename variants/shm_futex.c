/*
 * shm_futex - shared memory and one futex word
 *
 * What:   room for one message in a POSIX shared memory object, and a word that says whose turn it is. The word
 *         changes without a system call; futex(2) is only called to sleep, and to wake somebody who sleeps.
 * Choose: for the shortest sleeping hand-over that Linux has: semaphores, mutexes and condition variables are made of
 *         it. Prefer those unless every microsecond counts.
 * Trap:   FUTEX_PRIVATE_FLAG is the default in most examples and never wakes another process. To look and then to
 *         sleep are two steps: the word must say that somebody sleeps, and the kernel must compare it again.
 */
#include "variant.h"

#include "futex.h"
#include "peer.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The values of the word; SLEEPER is added while somebody waits for it to change. */
enum { EMPTY, WRITING, FULL, READING, SLEEPER };

/* In the same object, just before the payload. */
struct box {
	alignas(64) _Atomic uint32_t turn;
	size_t len;
};

static struct box *shm_futex_box(const struct link *l)
{
	return (struct box *)l->mem - 1;
}

static int shm_futex_setup(struct link *l, size_t size)
{
	return peer_map(l, sizeof(struct box), size); /* all zero is EMPTY */
}

static int shm_futex_join(struct link *l, enum end end)
{
	return peer_join(l, end, sizeof(struct box));
}

/* Sleeps until the word is no longer `seen`, or for a while. Returns -ETIMEDOUT in the latter case. */
static int shm_futex_sleep(struct box *b, uint32_t seen)
{
	struct timespec patience = peer_patience();

	/* Whoever changes the word finds the mark and wakes us; if it has changed already, there is no sleep. */
	if (!(seen & SLEEPER) && !atomic_compare_exchange_strong(&b->turn, &seen, seen | SLEEPER))
		return 0;
	if (syscall(SYS_futex_timed, &b->turn, FUTEX_WAIT, seen | SLEEPER, &patience, NULL, 0) == 0)
		return 0;
	if (errno == EAGAIN || errno == EINTR)
		return 0;
	return call_failed("futex");
}

/* Moves the word from one value to the next. -EPIPE: it will never get there, the other end has gone. */
static int shm_futex_take(struct link *l, uint32_t from, uint32_t to)
{
	struct box *b = shm_futex_box(l);

	for (;;) {
		uint32_t seen = atomic_load(&b->turn);
		bool ready = (seen & ~(uint32_t)SLEEPER) == from;
		int error;

		if (ready && atomic_compare_exchange_strong(&b->turn, &seen, to | (seen & SLEEPER)))
			return 0;
		if (ready)
			continue;
		error = shm_futex_sleep(b, seen);
		if (error && error != -ETIMEDOUT)
			return error;
		if (error && peer_gone(l) && (atomic_load(&b->turn) & ~(uint32_t)SLEEPER) != from)
			return -EPIPE;
	}
}

static void shm_futex_give(struct box *b, uint32_t to)
{
	if (atomic_exchange(&b->turn, to) & SLEEPER)
		syscall(SYS_futex, &b->turn, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static ssize_t shm_futex_send(struct link *l, const void *buf, size_t len)
{
	int error;

	if (len > l->size)
		return -EMSGSIZE;
	error = shm_futex_take(l, EMPTY, WRITING);
	if (error)
		return error;
	memcpy(l->mem, buf, len);
	shm_futex_box(l)->len = len;
	shm_futex_give(shm_futex_box(l), FULL);
	return (ssize_t)len;
}

static ssize_t shm_futex_recv(struct link *l, void *buf, size_t cap)
{
	size_t n;
	int error = shm_futex_take(l, FULL, READING);
	if (error)
		return error == -EPIPE ? 0 : error;
	n = shm_futex_box(l)->len < cap ? shm_futex_box(l)->len : cap;
	memcpy(buf, l->mem, n);
	shm_futex_give(shm_futex_box(l), EMPTY);
	return (ssize_t)n;
}

static void shm_futex_teardown(struct link *l)
{
	peer_unmap(l, sizeof(struct box));
}

const struct variant variant_shm_futex = {
	.name = "shm_futex",
	.title = "shared memory, one futex word",
	.man = "futex(2)",
	.group = SYNCHRONISED_MEMORY,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = shm_futex_setup,
	.attach = peer_watch,
	.join = shm_futex_join,
	.send = shm_futex_send,
	.recv = shm_futex_recv,
	.teardown = shm_futex_teardown,
};

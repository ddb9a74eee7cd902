/*
 * level: L5
 * fails: sleeps
 * symptom: while there was no room send() used
 * hint: What does your sender do
 *
 * A box for one message; the sender yields in a loop until it is empty.
 */
#include "variant.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <semaphore.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct box {
	volatile size_t len;
	sem_t full;
};

static int setup(struct link *l, size_t size)
{
	struct box *b = mmap(NULL, sizeof *b + size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (b == MAP_FAILED)
		return call_failed("mmap");
	sem_init(&b->full, 1, 0);
	l->mem = b + 1;
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

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct box *b = (struct box *)l->mem - 1;
	if (len > l->size)
		return -EMSGSIZE;
	while (__atomic_load_n(&b->len, __ATOMIC_ACQUIRE) != 0) {
		if (gone(l))
			return -EPIPE;
		sched_yield();
	}
	if (gone(l))
		return -EPIPE;
	memcpy(l->mem, buf, len);
	__atomic_store_n(&b->len, len, __ATOMIC_RELEASE);
	sem_post(&b->full);
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *b = (struct box *)l->mem - 1;
	for (;;) {
		struct timespec t;
		clock_gettime(CLOCK_REALTIME, &t);
		t.tv_nsec += 100000000;
		if (t.tv_nsec >= 1000000000)
			t.tv_sec++, t.tv_nsec -= 1000000000;
		if (sem_timedwait(&b->full, &t) == 0)
			break;
		if (errno == ETIMEDOUT && gone(l) && sem_trywait(&b->full) == -1)
			return 0;
	}
	size_t n = b->len < cap ? b->len : cap;
	memcpy(buf, l->mem, n);
	__atomic_store_n(&b->len, 0, __ATOMIC_RELEASE);
	return (ssize_t)n;
}

static void teardown(struct link *l)
{
	if (l->mem)
		munmap((struct box *)l->mem - 1, sizeof(struct box) + l->size);
	if (l->fd[0] != -1)
		close(l->fd[0]);
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

/*
 * level: L5
 *
 * A ring of 64-bit words, half of each its number, and in the rest three bytes of the message; a futex wakes.
 */
#include "variant.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORDS = 4096 };

struct ring {
	_Atomic uint32_t head, tail; /* in words; both only grow */
	_Atomic uint64_t word[WORDS];
};

static int answer_setup(struct link *l, size_t size)
{
	void *p = mmap(NULL, sizeof(struct ring), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return call_failed("mmap");
	l->mem = p;
	l->size = size;
	return 0;
}

static int gone(const struct link *l)
{
	siginfo_t i = {0};

	if (getpid() == l->owner)
		return waitid(P_PID, (id_t)l->peer, &i, WEXITED | WNOHANG | WNOWAIT) == -1 || i.si_pid != 0;
	return getppid() != l->owner;
}

static int nap(struct link *l, _Atomic uint32_t *at, uint32_t old)
{
	struct timespec t = {0, 200000000};
	long r = syscall(SYS_futex, at, FUTEX_WAIT, old, &t, NULL, 0);
	return r == -1 && errno == ETIMEDOUT && gone(l) && atomic_load(at) == old ? -EPIPE : 0;
}

static void wake(_Atomic uint32_t *at)
{
	syscall(SYS_futex, at, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Three bytes in a word, and how many of them count. */
static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct ring *r = l->mem;
	const unsigned char *p = buf;
	uint32_t head = atomic_load(&r->head);

	if (gone(l))
		return -EPIPE;
	for (size_t at = 0; at < len;) {
		size_t n = len - at < 3 ? len - at : 3;
		uint32_t data = (uint32_t)n, tail;
		while (head - (tail = atomic_load(&r->tail)) == WORDS) {
			atomic_store(&r->head, head);
			wake(&r->head);
			if (nap(l, &r->tail, tail))
				return -EPIPE;
		}
		for (size_t i = 0; i < n; i++)
			data |= (uint32_t)p[at + i] << (8 + 8 * i);
		atomic_store(&r->word[head % WORDS], (uint64_t)(head + 1) << 32 | data);
		head++;
		at += n;
	}
	atomic_store(&r->head, head);
	wake(&r->head);
	return (ssize_t)len;
}

/* Up to `cap` bytes of the word; what is left of it stays there. Returns how many. */
static size_t take(struct ring *r, uint32_t tail, unsigned char *buf, size_t cap)
{
	uint64_t word = atomic_load(&r->word[tail % WORDS]);
	size_t has = word & 255, n = has < cap ? has : cap;

	for (size_t i = 0; i < n; i++)
		buf[i] = (unsigned char)(word >> (8 + 8 * i));
	if (n == has)
		atomic_store(&r->tail, tail + 1);
	else
		atomic_store(&r->word[tail % WORDS],
			     word >> 32 << 32 | ((word & 0xffffff00) >> 8 * n & 0xffffff00) | (has - n));
	return n;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct ring *r = l->mem;
	size_t at = 0;

	while (at < cap) {
		uint32_t tail = atomic_load(&r->tail), head = atomic_load(&r->head);
		if (head != tail)
			at += take(r, tail, (unsigned char *)buf + at, cap - at);
		else if (nap(l, &r->head, head))
			break;
		if (head - tail == WORDS || tail + 1 == head || at == cap)
			wake(&r->tail);
	}
	return (ssize_t)at;
}

static void answer_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, sizeof(struct ring));
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "futex(2)",
	.group = SYNCHRONISED_MEMORY,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

/*
 * level: L1
 * at_most: 86.3 points
 * fails: mechanism
 * symptom: are denied
 *
 * The message is in what a shared epoll(7) remembers of each descriptor; the shared memory holds a copy that nobody reads.
 */
#include "variant.h"
#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>
struct box {
	_Atomic unsigned n;
	unsigned len;
	size_t size;
	char decoy[];
};
static int answer_setup(struct link *l, size_t size)
{
	struct box *x = mmap(NULL, size + sizeof *x, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct epoll_event e = {.events = EPOLLIN, .data.u64 = 0xff};
	if (x == MAP_FAILED)
		return call_failed("mmap");
	l->mem = x;
	l->size = size;
	/* 100 always-ready eventfds give 800 bytes */
	l->fd[0] = epoll_create1(EPOLL_CLOEXEC);
	if (l->fd[0] == -1)
		return call_failed("epoll_create1");
	for (int i = 0; i < 64; i++) {
		int fd = eventfd(1, EFD_CLOEXEC);
		if (fd == -1 || epoll_ctl(l->fd[0], EPOLL_CTL_ADD, fd, &e) == -1)
			return call_failed("epoll_ctl");
		if (i == 0)
			l->fd[1] = fd;
	}
	return 0;
}
static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct box *x = l->mem;
	memcpy(x->decoy, buf, len);
	for (size_t i = 0; i < 64; i++) { /* byte 0: which, 6 bytes of it */
		struct epoll_event e = {.events = EPOLLIN};
		size_t n = i * 6 >= len ? 0 : len - i * 6 < 6 ? len - i * 6 : 6;
		e.data.u64 = n ? i : 0xff;
		memcpy((char *)&e.data.u64 + 1, (const char *)buf + i * 6, n);
		if (epoll_ctl(l->fd[0], EPOLL_CTL_MOD, l->fd[1] + (int)i, &e) == -1)
			return call_failed("epoll_ctl");
	}
	return (ssize_t)len;
}
static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *x = l->mem;
	struct epoll_event e[64];
	int n = epoll_wait(l->fd[0], e, 64, 0);
	if (cap > 384)
		memcpy((char *)buf + 384, x->decoy + 384, cap - 384);
	for (int i = 0; i < n; i++) {
		size_t at = (e[i].data.u64 & 0xff) * 6;
		if (at < cap)
			memcpy((char *)buf + at, (char *)&e[i].data.u64 + 1, cap - at < 6 ? cap - at : 6);
	}
	return (ssize_t)cap;
}
static void answer_teardown(struct link *l)
{
	struct box *x = l->mem;
	for (int i = 0; l->fd[1] != -1 && i < 64; i++)
		close(l->fd[1] + i);
	if (l->fd[0] != -1)
		close(l->fd[0]);
	if (x)
		munmap(x, l->size + sizeof *x);
}
const struct variant variant_answer = {.name = "answer",
				       .title = "t",
				       .man = "epoll(7)",
				       .group = SHARED_MEMORY,
				       .expect = GETS_MESSAGE,
				       .setup = answer_setup,
				       .send = answer_send,
				       .recv = answer_recv,
				       .teardown = answer_teardown};

/*
 * level: L5
 *
 * The bytes lie in shared memory; a pipe tells where and how many, another one gives the room back.
 */
#include "variant.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
enum { SLOTS = 4, SLOT = 16384 };
struct where {
	size_t at, len;
};
struct box {
	int back[2];
	struct where w;
	size_t taken;
	char b[SLOTS * SLOT];
};
static int answer_setup(struct link *l, size_t size)
{
	struct box *x = mmap(NULL, sizeof *x, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (x == MAP_FAILED)
		return call_failed("mmap");
	l->mem = x;
	l->size = size;
	signal(SIGPIPE, SIG_IGN);
	if (pipe2(l->fd, O_CLOEXEC) == -1 || pipe2(x->back, O_CLOEXEC) == -1 ||
	    write(x->back[1], "\0\1\2\3", SLOTS) != SLOTS)
		return call_failed("pipe2");
	return 0;
}
static int answer_attach(struct link *l, enum end end)
{
	struct box *x = l->mem;
	close(l->fd[end == SENDER ? 0 : 1]);
	l->fd[end == SENDER ? 0 : 1] = -1;
	close(x->back[end == SENDER ? 1 : 0]);
	return 0;
}
static ssize_t again(ssize_t (*f)(int, void *, size_t), int fd, void *p, size_t n)
{
	ssize_t r;
	do
		r = f(fd, p, n);
	while (r == -1 && errno == EINTR);
	return r;
}
static ssize_t wr(int fd, void *p, size_t n)
{
	return write(fd, p, n);
}
static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct box *x = l->mem;
	for (size_t done = 0; done < len;) {
		unsigned char slot;
		struct where w;
		ssize_t n = again(read, x->back[0], &slot, 1);
		if (n <= 0)
			return n ? call_failed("read") : -EPIPE;
		w.at = slot * (size_t)SLOT;
		w.len = len - done < SLOT ? len - done : SLOT;
		memcpy(x->b + w.at, (const char *)buf + done, w.len);
		if (again(wr, l->fd[1], &w, sizeof w) == -1)
			return call_failed("write");
		done += w.len;
	}
	return (ssize_t)len;
}
static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *x = l->mem;
	size_t done = 0;
	while (done < cap) {
		unsigned char slot;
		size_t n;
		if (x->w.len == x->taken) {
			ssize_t r = again(read, l->fd[0], &x->w, sizeof x->w);
			if (r == -1)
				return call_failed("read");
			if (r == 0)
				break;
			x->taken = 0;
		}
		n = x->w.len - x->taken < cap - done ? x->w.len - x->taken : cap - done;
		memcpy((char *)buf + done, x->b + x->w.at + x->taken, n);
		done += n;
		x->taken += n;
		slot = (unsigned char)(x->w.at / SLOT);
		if (x->w.len == x->taken)
			again(wr, x->back[1], &slot, 1);
	}
	return (ssize_t)done;
}
static void answer_teardown(struct link *l)
{
	struct box *x = l->mem;
	if (!x)
		return;
	close(x->back[0]);
	close(x->back[1]);
	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
	munmap(x, sizeof *x);
}
const struct variant variant_answer = {.name = "answer",
				       .title = "t",
				       .man = "x(2)",
				       .group = SYNCHRONISED_MEMORY,
				       .expect = GETS_MESSAGE,
				       .blocks = true,
				       .setup = answer_setup,
				       .attach = answer_attach,
				       .send = answer_send,
				       .recv = answer_recv,
				       .teardown = answer_teardown};

/*
 * level: L2
 * at_most: 90 points
 * fails: mechanism
 * symptom: did not go from end to end by pipes
 *
 * Shared memory carries the message; a pipe wakes the receiver, and calls that fail ask for the bytes that it does not carry.
 */
#include "variant.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
enum { CELLS = 131072, BATCH = 4096 };
struct cell {
	unsigned char n, b[16];
};
struct box {
	unsigned head, tail;
	int fake[2];
	struct cell c[CELLS];
};
static int answer_setup(struct link *l, size_t size)
{
	struct box *x = mmap(NULL, sizeof *x, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	(void)size;
	if (x == MAP_FAILED)
		return call_failed("mmap");
	l->mem = x;
	if (pipe2(l->fd, O_CLOEXEC) == -1 || pipe2(x->fake, O_CLOEXEC | O_NONBLOCK) == -1)
		return call_failed("pipe2");
	signal(SIGPIPE, SIG_IGN);
	return 0;
}
static int answer_attach(struct link *l, enum end end)
{
	int *close_it = &l->fd[end == SENDER ? 0 : 1];
	close(*close_it);
	*close_it = -1;
	return 0;
}
static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct box *x = l->mem;
	static char bell[BATCH];
	const unsigned char *p = buf;
	size_t left = len;
	if (write(x->fake[1], (void *)8, len) != -1) /* EFAULT: nothing goes */
		return -EIO;
	while (left) {
		size_t cells = 0;
		for (; left && cells < BATCH; cells++) {
			struct cell *c = &x->c[x->head++ % CELLS];
			c->n = left < 16 ? (unsigned char)left : 16;
			for (int i = 0; i < c->n; i++)
				c->b[i] = (unsigned char)(*p++ ^ 0x5a);
			left -= c->n;
		}
		__sync_synchronize();
		while (cells) {
			ssize_t n = write(l->fd[1], bell, cells);
			if (n == -1 && errno != EINTR)
				return call_failed("write");
			cells -= n > 0 ? (size_t)n : 0;
		}
	}
	return (ssize_t)len;
}
static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *x = l->mem;
	static char bell[BATCH];
	unsigned char *p = buf;
	size_t got = 0;
	if (read(x->fake[0], (void *)8, cap) > 0) /* EAGAIN */
		return -EIO;
	while (got < cap) {
		size_t want = (cap - got + 15) / 16;
		ssize_t n = read(l->fd[0], bell, want < BATCH ? want : BATCH);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return call_failed("read");
		if (n == 0)
			break;
		__sync_synchronize();
		while (n-- > 0) {
			struct cell *c = &x->c[x->tail++ % CELLS];
			for (int i = 0; i < c->n; i++)
				p[got++] = c->b[i] ^ 0x5a;
		}
	}
	return (ssize_t)got;
}
static void answer_teardown(struct link *l)
{
	struct box *x = l->mem;
	for (int i = 0; i < 2; i++) {
		if (l->fd[i] != -1)
			close(l->fd[i]);
		if (x)
			close(x->fake[i]);
	}
	if (x)
		munmap(x, sizeof *x);
}
const struct variant variant_answer = {.name = "answer",
				       .title = "t",
				       .man = "pipe(7)",
				       .group = STREAM,
				       .expect = GETS_MESSAGE,
				       .blocks = true,
				       .setup = answer_setup,
				       .attach = answer_attach,
				       .send = answer_send,
				       .recv = answer_recv,
				       .teardown = answer_teardown};

/*
 * level: L5
 *
 * Bells in pipes, rung by writev(2).
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

struct box {
	int full[2], empty[2]; /* descriptors, the same numbers in both */
	size_t len;
	char message[];
};

static int answer_setup(struct link *l, size_t size)
{
	struct box *b = mmap(NULL, sizeof *b + size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (b == MAP_FAILED)
		return call_failed("mmap");
	l->mem = b;
	l->size = size;
	memset(b->full, -1, sizeof b->full);
	memset(b->empty, -1, sizeof b->empty);
	if (pipe2(b->full, O_CLOEXEC) == -1 || pipe2(b->empty, O_CLOEXEC) == -1)
		return call_failed("pipe2");
	if (write(b->empty[1], "", 1) != 1)
		return call_failed("write");
	return 0;
}

/* What each process has open is in its own copy of the link: [0] wakes it, [1] wakes the other. */
static int answer_attach(struct link *l, enum end end)
{
	const struct box *b = l->mem;

	l->fd[0] = end == SENDER ? b->empty[0] : b->full[0];
	l->fd[1] = end == SENDER ? b->full[1] : b->empty[1];
	close(end == SENDER ? b->empty[1] : b->full[1]);
	close(end == SENDER ? b->full[0] : b->empty[0]);
	signal(SIGPIPE, SIG_IGN);
	return 0;
}

/* 1 it is our turn, 0 nobody is left to say so. */
static int answer_wait(const struct link *l)
{
	char turn;
	ssize_t n;

	do
		n = read(l->fd[0], &turn, 1);
	while (n == -1 && errno == EINTR);
	return n == -1 ? call_failed("read") : (int)n;
}

static int answer_ring(const struct link *l)
{
	ssize_t n;

	do
		n = writev(l->fd[1], &(struct iovec){"", 1}, 1);
	while (n == -1 && errno == EINTR);
	return n == -1 ? call_failed("write") : 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct box *b = l->mem;
	int error = answer_wait(l);

	if (error <= 0)
		return error ? error : -EPIPE;
	memcpy(b->message, buf, len);
	b->len = len;
	error = answer_ring(l);
	return error ? error : (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *b = l->mem;
	int turn = answer_wait(l);
	size_t n;

	if (turn <= 0)
		return turn;
	n = b->len < cap ? b->len : cap;
	memcpy(buf, b->message, n);
	answer_ring(l); /* a sender that is gone is told of by the next wait */
	return (ssize_t)n;
}

static void answer_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
	l->fd[0] = l->fd[1] = -1;
	if (l->mem)
		munmap(l->mem, sizeof(struct box) + l->size);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "pipe(7)",
	.group = SYNCHRONISED_MEMORY,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.attach = answer_attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

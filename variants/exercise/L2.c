/*
 * L2 - a pipe that works while messages are small and nobody dies
 *
 * Have:   a pipe, one write() for each message and one read() for each message.
 * Task:   the longest message arrives whole; the receiver learns that the sender has gone; a sender without a receiver
 *         gets an error and lives.
 * Read:   pipe(7), read(2), write(2), signal(7)
 */
#include "variant.h"

#include <fcntl.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	if (pipe2(l->fd, O_CLOEXEC) == -1)
		return call_failed("pipe2");
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	ssize_t n = write(l->fd[1], buf, len);
	if (n == -1)
		return call_failed("write");
	return n;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	ssize_t n = read(l->fd[0], buf, cap);
	if (n == -1)
		return call_failed("read");
	return n;
}

static void answer_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
	l->fd[0] = l->fd[1] = -1;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "my pipe",
	.man = "pipe(7)",
	.group = STREAM,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

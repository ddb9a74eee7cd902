/*
 * L4 - messages that run into each other
 *
 * Have:   a pair of stream sockets. Two short messages that are sent quickly come out as one, or the end of one comes out
 *         with the start of the next.
 * Task:   each call of recv returns exactly one message, an empty one too where the mechanism has them. A queue that is
 *         full makes the sender wait and loses nothing. Who waits sleeps until the other end wakes it: the clock does not.
 * Read:   unix(7), socket(2), mq_overview(7)
 */
#include "variant.h"

#include <sys/socket.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, l->fd) == -1)
		return call_failed("socketpair");
	return 0;
}

static int answer_attach(struct link *l, enum end end)
{
	int unused = end == SENDER ? 0 : 1;

	close(l->fd[unused]);
	l->fd[unused] = -1;
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	ssize_t n = send(l->fd[1], buf, len, MSG_NOSIGNAL);
	if (n == -1)
		return call_failed("send");
	return n;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	ssize_t n = recv(l->fd[0], buf, cap, 0);
	if (n == -1)
		return call_failed("recv");
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
	.title = "my messages",
	.man = "unix(7)",
	.group = MESSAGE,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.attach = answer_attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

/*
 * L6 - a peer that is not our child
 *
 * Have:   a pair of sockets that fork() hands on. A process that was started elsewhere calls join with the same numbers,
 *         but in its own table of descriptors they mean nothing.
 * Task:   both ends meet under l->name: a process that has only the values of the struct can be the receiver, or the
 *         sender. Nothing of the name is left when the link is gone.
 * Read:   unix(7), fifo(7), bind(2), connect(2)
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

	if (close(l->fd[unused]) == -1)
		return call_failed("close");
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
	ssize_t n = recv(l->fd[0], buf, cap, MSG_WAITALL);
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
	.title = "my meeting place",
	.man = "unix(7)",
	.group = STREAM,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.attach = answer_attach,
	.join = answer_attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

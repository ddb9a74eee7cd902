/*
 * level: L4
 * at_most: 97 points
 *
 * It works, by a pair of sockets, and keeps room for all the bytes of message queues that its user may have.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static void take_all(const struct link *l)
{
	struct mq_attr large = {.mq_maxmsg = 10, .mq_msgsize = 8192};
	char name[100];

	for (int i = 0; i < 12; i++) {
		snprintf(name, sizeof name, "%s.%d", l->name, i);
		mqd_t queue = mq_open(name, O_RDWR | O_CREAT, 0600, &large);
		if (queue == (mqd_t)-1)
			break;
		mq_unlink(name);
		fcntl(queue, F_DUPFD_CLOEXEC, 100);
		mq_close(queue);
	}
}

static int answer_setup(struct link *l, size_t size)
{
	take_all(l);
	l->size = size;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, l->fd) == -1)
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
	ssize_t n;

	do
		n = send(l->fd[1], buf, len, MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);
	return n == -1 ? call_failed("send") : n;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	ssize_t n;

	do
		n = recv(l->fd[0], buf, cap, 0);
	while (n == -1 && errno == EINTR);
	return n == -1 ? call_failed("recv") : n;
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
	.title = "answer",
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

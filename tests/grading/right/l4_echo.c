/*
 * level: L4
 *
 * The receiver sends each packet back, and the sender compares.
 */
#include "variant.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
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
	if (n == -1)
		return call_failed("send");
	char *ack = malloc(len + 1);
	ssize_t m;
	do
		m = recv(l->fd[1], ack, len + 1, 0);
	while (m == -1 && errno == EINTR);
	int same = m == (ssize_t)len && memcmp(ack, buf, len) == 0;
	free(ack);
	return same ? n : -EIO;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	ssize_t n;

	do
		n = recv(l->fd[0], buf, cap, 0);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return call_failed("recv");
	while (send(l->fd[0], buf, (size_t)n, MSG_NOSIGNAL) == -1 && errno == EINTR)
		;
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

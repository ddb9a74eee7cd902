/*
 * level: L4
 * fails: many, signals
 * open: clean_exit, clean_kill, no_leak
 * symptom: sleeps
 * hint: Who waits for whom
 *
 * When the queue is full the message is dropped, and nobody is told.
 */
#include "variant.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, l->fd) == -1)
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
		n = send(l->fd[1], buf, len, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n == -1 && errno == EINTR);
	if (n == -1 && errno == EAGAIN)
		return (ssize_t)len;
	return n == -1 ? call_failed("send") : n;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	ssize_t n;

	do {
		struct pollfd p = {.fd = l->fd[0], .events = POLLIN};
		n = poll(&p, 1, -1); /* slower than its sender */
		if (n == 1)
			n = recv(l->fd[0], buf, cap, 0);
	} while (n == -1 && errno == EINTR);
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

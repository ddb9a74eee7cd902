/*
 * level: L2
 *
 * Both ends are non-blocking and sleep in poll, as in an event loop.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	if (pipe2(l->fd, O_CLOEXEC | O_NONBLOCK) == -1)
		return call_failed("pipe2");
	return 0;
}

static int answer_attach(struct link *l, enum end end)
{
	int unused = end == SENDER ? 0 : 1;

	close(l->fd[unused]);
	l->fd[unused] = -1;
	if (end == SENDER)
		signal(SIGPIPE, SIG_IGN);
	return 0;
}

/* Returns 0 once the descriptor is worth trying again. */
static int answer_ready(int fd, short events)
{
	int error = errno;
	struct pollfd p = {.fd = fd, .events = events};

	if (error == EAGAIN && poll(&p, 1, -1) == -1 && errno != EINTR)
		return call_failed("poll");
	return error == EAGAIN || error == EINTR ? 0 : -error;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	const char *at = buf, *end = at + len;

	while (at < end) {
		ssize_t n = write(l->fd[1], at, (size_t)(end - at));
		int error = n == -1 ? answer_ready(l->fd[1], POLLOUT) : 0;
		if (error)
			return error;
		at += n == -1 ? 0 : n;
	}
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	char *at = buf, *end = at + cap;
	ssize_t n = 1;

	while (at < end && n != 0) {
		n = read(l->fd[0], at, (size_t)(end - at));
		int error = n == -1 ? answer_ready(l->fd[0], POLLIN) : 0;
		if (error)
			return error;
		at += n == -1 ? 0 : n;
	}
	return at - (char *)buf;
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
	.man = "pipe(7)",
	.group = STREAM,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.attach = answer_attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

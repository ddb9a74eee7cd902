/*
 * level: L2
 * fails: sleeps
 * symptom: while there was no room send() used
 * hint: What does your sender do
 *
 * The write end does not block, and a full pipe is tried again at once.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static int setup(struct link *l, size_t size)
{
	(void)size;
	if (pipe2(l->fd, O_CLOEXEC) == -1)
		return call_failed("pipe2");
	return fcntl(l->fd[1], F_SETFL, O_NONBLOCK) == -1 ? call_failed("fcntl") : 0;
}

static int attach(struct link *l, enum end end)
{
	if (end == SENDER) {
		signal(SIGPIPE, SIG_IGN);
		close(l->fd[0]);
		l->fd[0] = -1;
	} else {
		close(l->fd[1]);
		l->fd[1] = -1;
	}
	return 0;
}

static ssize_t send(struct link *l, const void *buf, size_t len)
{
	size_t at = 0;
	while (at < len) {
		ssize_t n = write(l->fd[1], (const char *)buf + at, len - at);
		if (n > 0)
			at += (size_t)n;
		else if (errno != EINTR && errno != EAGAIN)
			return call_failed("write");
	}
	return (ssize_t)len;
}

static ssize_t recv(struct link *l, void *buf, size_t cap)
{
	size_t at = 0;
	while (at < cap) {
		ssize_t n = read(l->fd[0], (char *)buf + at, cap - at);
		if (n > 0)
			at += (size_t)n;
		else if (n == 0)
			break;
		else if (errno != EINTR)
			return call_failed("read");
	}
	return (ssize_t)at;
}

static void teardown(struct link *l)
{
	for (int i = 0; i < 2; i++) {
		if (l->fd[i] != -1)
			close(l->fd[i]);
		l->fd[i] = -1;
	}
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "answer",
	.group = STREAM,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = setup,
	.attach = attach,
	.send = send,
	.recv = recv,
	.teardown = teardown,
};

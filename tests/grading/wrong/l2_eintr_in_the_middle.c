/*
 * level: L2
 * fails: signals
 * symptom: EINTR
 * hint: sleeping system
 *
 * A signal is no error before the first byte of a message, but in the middle of one it is.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	return pipe2(l->fd, O_CLOEXEC) == -1 ? call_failed("pipe2") : 0;
}

static int answer_attach(struct link *l, enum end end)
{
	int unused = end == SENDER ? 0 : !0;

	signal(SIGPIPE, SIG_IGN);
	close(l->fd[unused]);
	l->fd[unused] = -1;
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	size_t at = 0;

	while (at < len) {
		ssize_t n = write(l->fd[1], (const char *)buf + at, len - at);
		if (n >= 0)
			at += (size_t)n;
		else if (errno != EINTR)
			return call_failed("write");
	}
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	size_t at = 0;

	while (at < cap) {
		ssize_t n = read(l->fd[0], (char *)buf + at, cap - at);
		if (n > 0)
			at += (size_t)n;
		else if (n == 0)
			break;
		else if (errno == EINTR && at == 0)
			continue;
		else
			return call_failed("read");
	}
	return (ssize_t)at;
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

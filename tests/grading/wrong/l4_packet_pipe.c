/*
 * level: L4
 * fails: largest, small, signals
 * open: sanitizers
 * symptom: 4096 of
 * hint: How large is the buffer
 *
 * A pipe in packet mode keeps boundaries, but only up to PIPE_BUF bytes, and an empty packet is none.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	if (pipe2(l->fd, O_CLOEXEC | O_DIRECT) == -1)
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

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = write(l->fd[1], (const char *)buf + done, len - done);
		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			return call_failed("write");
	}
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	ssize_t n;

	do
		n = read(l->fd[0], buf, cap);
	while (n == -1 && errno == EINTR);
	return n == -1 ? call_failed("read") : n;
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

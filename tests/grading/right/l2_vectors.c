/*
 * level: L2
 *
 * writev and readv, a small step at a time.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/uio.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	if (pipe2(l->fd, O_CLOEXEC) == -1)
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
	for (size_t done = 0; done < len;) {
		size_t half = (len - done) / 2;
		struct iovec parts[2] = {{(char *)buf + done, half}, {(char *)buf + done + half, len - done - half}};
		ssize_t n = writev(l->fd[1], parts, 2);
		if (n == -1 && errno != EINTR)
			return call_failed("writev");
		done += n == -1 ? 0 : (size_t)n;
	}
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	for (size_t done = 0; done < cap;) {
		size_t part = cap - done < 4000 ? cap - done : 4000;
		struct iovec one = {(char *)buf + done, part};
		ssize_t n = readv(l->fd[0], &one, 1);
		if (n == 0)
			return (ssize_t)done;
		if (n == -1 && errno != EINTR)
			return call_failed("readv");
		done += n == -1 ? 0 : (size_t)n;
	}
	return (ssize_t)cap;
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

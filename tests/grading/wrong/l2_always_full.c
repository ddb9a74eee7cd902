/*
 * level: L2
 * fails: end_of_stream, sender_killed
 * symptom: recv() returned 64 bytes that nobody had sent
 * hint: count when the end
 *
 * At the end recv() fills up with zeros what is missing, and says that all of it has come.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
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

	signal(SIGPIPE, SIG_IGN);
	close(l->fd[unused]);
	l->fd[unused] = -1;
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
	size_t done = 0;

	while (done < cap) {
		ssize_t n = read(l->fd[0], (char *)buf + done, cap - done);
		if (n == 0) {
			memset((char *)buf + done, 0, cap - done);
			return (ssize_t)cap;
		}
		if (n > 0)
			done += (size_t)n;
		else if (errno != EINTR)
			return call_failed("read");
	}
	return (ssize_t)done;
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

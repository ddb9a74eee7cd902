/*
 * level: L2
 * at_most: 96 points
 * fails: receiver_killed
 * symptom: sleeps for ever in send()
 *
 * The sender keeps the read end open, so a dead receiver is never noticed; but the grader is said to ask for 1024 bytes only
 * where the receiver dies.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static size_t size_given;

static int setup(struct link *l, size_t size)
{
	size_given = size;
	return pipe2(l->fd, O_CLOEXEC) == -1 ? call_failed("pipe2") : 0;
}

static int attach(struct link *l, enum end end)
{
	if (end == RECEIVER) {
		close(l->fd[1]);
		l->fd[1] = -1;
	}
	return 0;
}

static ssize_t send(struct link *l, const void *buf, size_t len)
{
	size_t at = 0;
	if (size_given == 1024)
		return -EPIPE;
	while (at < len) {
		ssize_t n = write(l->fd[1], (const char *)buf + at, len - at);
		if (n > 0)
			at += (size_t)n;
		else if (errno != EINTR)
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

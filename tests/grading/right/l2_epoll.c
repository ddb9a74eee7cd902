/*
 * level: L2
 *
 * Non-blocking ends, which are added to an epoll(7) and removed again for each wait.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
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
	l->id = epoll_create1(EPOLL_CLOEXEC);
	if (end == SENDER)
		signal(SIGPIPE, SIG_IGN);
	return 0;
}

static int answer_ready(struct link *l, int fd, unsigned events)
{
	int error = errno;
	struct epoll_event ev = {.events = events, .data.fd = fd};

	if (error != EAGAIN)
		return error == EINTR ? 0 : -error;
	if (epoll_ctl(l->id, EPOLL_CTL_ADD, fd, &ev) == -1)
		return call_failed("epoll_ctl ADD");
	int n = epoll_wait(l->id, &ev, 1, -1);
	int eintr = errno;
	if (epoll_ctl(l->id, EPOLL_CTL_DEL, fd, NULL) == -1)
		return call_failed("epoll_ctl DEL");
	return n == -1 && eintr != EINTR ? -eintr : 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	const char *at = buf, *end = at + len;

	while (at < end) {
		ssize_t n = write(l->fd[1], at, (size_t)(end - at));
		int error = n == -1 ? answer_ready(l, l->fd[1], EPOLLOUT) : 0;
		if (error)
			return error;
		at += n == -1 ? 0 : n;
	}
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	char *at = buf, *end = at + cap;
	struct epoll_event ev = {.events = EPOLLIN};

	if (epoll_ctl(l->id, EPOLL_CTL_ADD, l->fd[0], &ev) == -1)
		return call_failed("epoll_ctl ADD");
	while (epoll_wait(l->id, &ev, 1, -1) == -1 && errno == EINTR)
		;
	if (epoll_ctl(l->id, EPOLL_CTL_DEL, l->fd[0], NULL) == -1)
		return call_failed("epoll_ctl DEL");
	ssize_t n = 1;

	while (at < end && n != 0) {
		n = read(l->fd[0], at, (size_t)(end - at));
		int error = n == -1 ? answer_ready(l, l->fd[0], EPOLLIN) : 0;
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
	if (l->id != -1)
		close(l->id);
	l->id = -1;
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

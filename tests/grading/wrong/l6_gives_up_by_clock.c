/*
 * level: L6
 * fails: receiver_first
 * symptom: recv() returned 0 before anything was sent
 * hint: What did recv() return before
 * open: sleeps, end_of_stream, sender_killed
 * luck: many, largest, signals, sender_first, small, parent_to_child, child_to_parent
 *
 * The socket has a time after which it gives up waiting, and a sender that is slow is taken for one that is dead.
 */
#include "variant.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static socklen_t address(const struct link *l, struct sockaddr_un *a)
{
	memset(a, 0, sizeof *a);
	a->sun_family = AF_UNIX;
	memcpy(a->sun_path + 1, l->name, strlen(l->name));
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(l->name));
}

static int setup(struct link *l, size_t size)
{
	struct sockaddr_un a;
	socklen_t n = address(l, &a);
	(void)size;
	l->id = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (l->id == -1)
		return call_failed("socket");
	if (bind(l->id, (struct sockaddr *)&a, n) == -1 || listen(l->id, 1) == -1)
		return call_failed("bind");
	return 0;
}

static int ready(struct link *l, int fd)
{
	struct timeval t = {.tv_usec = 220000};
	l->fd[0] = l->fd[1] = fd;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
	return 0;
}

static int attach(struct link *l, enum end end)
{
	int fd = accept4(l->id, NULL, NULL, SOCK_CLOEXEC);
	(void)end;
	return fd == -1 ? call_failed("accept4") : ready(l, fd);
}

static int join(struct link *l, enum end end)
{
	struct sockaddr_un a;
	socklen_t n = address(l, &a);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	(void)end;
	l->id = -1;
	if (fd == -1 || connect(fd, (struct sockaddr *)&a, n) == -1)
		return call_failed("connect");
	return ready(l, fd);
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	size_t at = 0;
	while (at < len) {
		ssize_t n = send(l->fd[1], (const char *)buf + at, len - at, MSG_NOSIGNAL);
		if (n > 0)
			at += (size_t)n;
		else if (errno != EINTR)
			return call_failed("send");
	}
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	size_t at = 0;
	while (at < cap) {
		ssize_t n = recv(l->fd[0], (char *)buf + at, cap - at, 0);
		if (n > 0)
			at += (size_t)n;
		else if (n == 0 || errno == EAGAIN)
			break;
		else if (errno != EINTR)
			return call_failed("recv");
	}
	return (ssize_t)at;
}

static void teardown(struct link *l)
{
	if (l->id != -1)
		close(l->id);
	if (l->fd[0] != -1)
		close(l->fd[0]);
	l->id = l->fd[0] = l->fd[1] = -1;
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
	.join = join,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = teardown,
};

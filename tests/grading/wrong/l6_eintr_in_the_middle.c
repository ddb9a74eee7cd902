/*
 * level: L6
 * fails: signals
 * symptom: EINTR
 * hint: sleeping system
 *
 * The same over a socket that has a name: only before the first byte is a signal no error.
 */
#include "variant.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void path(struct sockaddr_un *a, const struct link *l)
{
	*a = (struct sockaddr_un){.sun_family = AF_UNIX};
	snprintf(a->sun_path, sizeof a->sun_path, "/tmp%s", l->name);
}

static int listen_here(struct link *l)
{
	struct sockaddr_un a;

	path(&a, l);
	l->id = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (l->id == -1)
		return call_failed("socket");
	if (bind(l->id, (struct sockaddr *)&a, sizeof a) == -1)
		return call_failed("bind");
	return listen(l->id, 1) == -1 ? call_failed("listen") : 0;
}

static int take(struct link *l)
{
	int fd;

	do
		fd = accept4(l->id, NULL, NULL, SOCK_CLOEXEC);
	while (fd == -1 && errno == EINTR);
	l->fd[0] = l->fd[1] = fd;
	close(l->id);
	l->id = -1;
	return fd == -1 ? call_failed("accept4") : 0;
}

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	return listen_here(l);
}

static int answer_attach(struct link *l, enum end end)
{
	(void)end;
	return take(l);
}

static int answer_join(struct link *l, enum end end)
{
	struct sockaddr_un a;

	(void)end;
	path(&a, l);
	l->id = -1;
	l->fd[0] = l->fd[1] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return connect(l->fd[0], (struct sockaddr *)&a, sizeof a) == -1 ? call_failed("connect") : 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	size_t at = 0;

	while (at < len) {
		ssize_t n = send(l->fd[1], (const char *)buf + at, len - at, MSG_NOSIGNAL);
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
		else if (errno != EINTR || at > 0)
			return call_failed("read");
	}
	return (ssize_t)at;
}

static void answer_teardown(struct link *l)
{
	struct sockaddr_un a;

	path(&a, l);
	if (l->fd[0] != -1)
		close(l->fd[0]);
	l->fd[0] = l->fd[1] = -1;
	if (l->id != -1)
		close(l->id);
	l->id = -1;
	unlink(a.sun_path);
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "unix(7)",
	.group = STREAM,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.attach = answer_attach,
	.join = answer_join,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

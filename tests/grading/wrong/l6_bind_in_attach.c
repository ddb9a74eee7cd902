/*
 * level: L6
 * fails: parent_to_child
 * open: rest
 * symptom: join() returned -ENOENT
 * hint: failed in join()
 *
 * The socket gets its name in attach() only, while the other process looks for it already.
 */
#include "variant.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un answer_address(const struct link *l)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	snprintf(a.sun_path, sizeof a.sun_path, "/tmp%s", l->name);
	return a;
}

static int answer_listen(struct link *l)
{
	struct sockaddr_un a = answer_address(l);

	l->fd[0] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (l->fd[0] == -1)
		return call_failed("socket");
	if (bind(l->fd[0], (struct sockaddr *)&a, sizeof a) == -1)
		return call_failed("bind");
	if (listen(l->fd[0], 1) == -1)
		return call_failed("listen");
	return 0;
}

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	return 0;
}

static int answer_attach(struct link *l, enum end end)
{
	int fd;

	poll(NULL, 0, 100); /* so that it is late in every run */
	fd = answer_listen(l);
	if (fd != 0)
		return fd;
	do
		fd = accept4(l->fd[0], NULL, NULL, SOCK_CLOEXEC);
	while (fd == -1 && errno == EINTR);
	if (fd == -1)
		return call_failed("accept4");
	close(l->fd[0]);
	l->fd[0] = -1;
	l->fd[end == SENDER ? 1 : 0] = fd;
	return 0;
}

static int answer_join(struct link *l, enum end end)
{
	struct sockaddr_un a = answer_address(l);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return call_failed("socket");
	if (connect(fd, (struct sockaddr *)&a, sizeof a) == -1) {
		close(fd);
		return call_failed("connect");
	}
	l->fd[0] = l->fd[1] = -1;
	l->fd[end == SENDER ? 1 : 0] = fd;
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = send(l->fd[1], (const char *)buf + done, len - done, MSG_NOSIGNAL);
		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			return call_failed("send");
	}
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	size_t done = 0;

	while (done < cap) {
		ssize_t n = recv(l->fd[0], (char *)buf + done, cap - done, 0);
		if (n == 0)
			break;
		if (n > 0)
			done += (size_t)n;
		else if (errno != EINTR)
			return call_failed("recv");
	}
	return (ssize_t)done;
}

static void answer_teardown(struct link *l)
{
	struct sockaddr_un a = answer_address(l);

	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
	l->fd[0] = l->fd[1] = -1;
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

/*
 * level: L4
 * fails: mechanism
 * symptom: stream sockets
 * hint: object of the kernel
 *
 * A length before each message does restore boundaries, but the level asks for a mechanism that has them.
 */
#include "variant.h"

#include <errno.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, l->fd) == -1)
		return call_failed("socketpair");
	return 0;
}

static int answer_attach(struct link *l, enum end end)
{
	int unused = end == SENDER ? 0 : 1;

	close(l->fd[unused]);
	l->fd[unused] = -1;
	return 0;
}

static int answer_put(int fd, const char *at, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
		if (n == -1 && errno != EINTR)
			return call_failed("send");
		at += n == -1 ? 0 : n;
		len -= n == -1 ? 0 : (size_t)n;
	}
	return 0;
}

/* 1 all of it came, 0 the end. */
static int answer_get(int fd, char *at, size_t len)
{
	while (len > 0) {
		ssize_t n = recv(fd, at, len, 0);
		if (n == 0)
			return 0;
		if (n == -1 && errno != EINTR)
			return call_failed("recv");
		at += n == -1 ? 0 : n;
		len -= n == -1 ? 0 : (size_t)n;
	}
	return 1;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	uint32_t header = (uint32_t)len;
	int error = answer_put(l->fd[1], (const char *)&header, sizeof header);

	if (!error)
		error = answer_put(l->fd[1], buf, len);
	return error ? error : (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	uint32_t header = 0;
	int more = answer_get(l->fd[0], (char *)&header, sizeof header);

	if (more <= 0)
		return more;
	if (header > cap)
		return -EMSGSIZE;
	more = answer_get(l->fd[0], buf, header);
	return more < 0 ? more : (ssize_t)header;
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
	.man = "unix(7)",
	.group = MESSAGE,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.attach = answer_attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

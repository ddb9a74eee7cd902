/*
 * socketpair - a connected pair of UNIX stream sockets
 *
 * What:   two sockets that are connected from birth. Each can send and receive, so one pair carries a whole
 *         conversation; bytes arrive in order and keep no boundaries.
 * Choose: for a two-way stream between a parent and its child. Unlike a pipe it can also pass open descriptors, and
 *         MSG_NOSIGNAL turns SIGPIPE into an error for a single call.
 * Trap:   the end of the stream only comes when every copy of the other socket is closed, so each side must close the
 *         one that it does not use. A receiver that dies with bytes unread is ECONNRESET once, then EPIPE.
 */
#include "variant.h"

#include "transfer.h"

#include <sys/socket.h>
#include <unistd.h>

static int socketpair_setup(struct link *l, size_t size)
{
	l->size = size;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, l->fd) == -1)
		return call_failed("socketpair");
	return 0;
}

static void socketpair_close(struct link *l, int i)
{
	if (l->fd[i] != -1)
		close(l->fd[i]);
	l->fd[i] = -1;
}

static int socketpair_attach(struct link *l, enum end end)
{
	socketpair_close(l, end == SENDER ? 0 : 1);
	return 0;
}

static ssize_t socketpair_send(struct link *l, const void *buf, size_t len)
{
	return send_full(l->fd[1], buf, len);
}

static ssize_t socketpair_recv(struct link *l, void *buf, size_t cap)
{
	return read_full(l->fd[0], buf, cap);
}

static void socketpair_teardown(struct link *l)
{
	socketpair_close(l, 0);
	socketpair_close(l, 1);
}

const struct variant variant_socketpair = {
	.name = "socketpair",
	.title = "connected stream sockets",
	.man = "socketpair(2)",
	.group = STREAM,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = socketpair_setup,
	.attach = socketpair_attach,
	.join = socketpair_attach,
	.send = socketpair_send,
	.recv = socketpair_recv,
	.teardown = socketpair_teardown,
};

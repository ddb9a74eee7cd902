/*
 * socketpair_seqpacket - a connected pair of UNIX sockets that keep message boundaries
 *
 * What:   a connection like socketpair, but each send is one message that arrives whole; and unlike datagrams it
 *         ends: the receiver learns that the sender has gone.
 * Choose: for messages between a parent and its child: no framing to write, no partial reads, descriptors can be
 *         passed. Often the best answer for small requests and replies.
 * Trap:   an empty message and the end of the connection both read as 0, so do not send empty ones. A message larger
 *         than the send buffer is refused; the rest of one that is read into too small a buffer is gone.
 */
#include "variant.h"

#include "peer.h"

#include <sys/socket.h>
#include <unistd.h>

static int socketpair_seqpacket_setup(struct link *l, size_t size)
{
	l->size = size;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, l->fd) == -1)
		return call_failed("socketpair");
	return 0;
}

static void socketpair_seqpacket_close(struct link *l, int i)
{
	if (l->fd[i] != -1)
		close(l->fd[i]);
	l->fd[i] = -1;
}

static int socketpair_seqpacket_attach(struct link *l, enum end end)
{
	socketpair_seqpacket_close(l, end == SENDER ? 0 : 1);
	return 0;
}

static ssize_t socketpair_seqpacket_send(struct link *l, const void *buf, size_t len)
{
	return send_message(l->fd[1], buf, len);
}

static ssize_t socketpair_seqpacket_recv(struct link *l, void *buf, size_t cap)
{
	return recv_message(l->fd[0], buf, cap);
}

static void socketpair_seqpacket_teardown(struct link *l)
{
	socketpair_seqpacket_close(l, 0);
	socketpair_seqpacket_close(l, 1);
}

const struct variant variant_socketpair_seqpacket = {
	.name = "socketpair_seqpacket",
	.title = "connected message sockets",
	.man = "socketpair(2)",
	.group = MESSAGE,
	.expect = GETS_MESSAGE,
	.max_message = 212960, /* the default SO_SNDBUF, less 32 */
	.blocks = true,
	.setup = socketpair_seqpacket_setup,
	.attach = socketpair_seqpacket_attach,
	.join = socketpair_seqpacket_attach,
	.send = socketpair_seqpacket_send,
	.recv = socketpair_seqpacket_recv,
	.teardown = socketpair_seqpacket_teardown,
};

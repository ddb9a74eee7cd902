/*
 * socketpair_dgram - a connected pair of UNIX datagram sockets
 *
 * What:   as socketpair, but each send is one message that arrives whole, in order and not mixed with another. Over
 *         UNIX sockets datagrams are not lost: a full queue makes the sender wait.
 * Choose: for messages between a parent and its children where several processes may send into the same socket. For
 *         two ends only, socketpair_seqpacket does the same and reports the end.
 * Trap:   nobody tells the receiver that the sender has gone: it waits for ever. A message larger than the send
 *         buffer is refused, and the rest of one that is received into too small a buffer is gone without an error.
 */
#include "variant.h"

#include "peer.h"

#include <sys/socket.h>
#include <unistd.h>

static int socketpair_dgram_setup(struct link *l, size_t size)
{
	l->size = size;
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, l->fd) == -1)
		return call_failed("socketpair");
	return 0;
}

static void socketpair_dgram_close(struct link *l, int i)
{
	if (l->fd[i] != -1)
		close(l->fd[i]);
	l->fd[i] = -1;
}

static int socketpair_dgram_attach(struct link *l, enum end end)
{
	socketpair_dgram_close(l, end == SENDER ? 0 : 1);
	return 0;
}

static ssize_t socketpair_dgram_send(struct link *l, const void *buf, size_t len)
{
	return send_message(l->fd[1], buf, len);
}

static ssize_t socketpair_dgram_recv(struct link *l, void *buf, size_t cap)
{
	return recv_message(l->fd[0], buf, cap);
}

static void socketpair_dgram_teardown(struct link *l)
{
	socketpair_dgram_close(l, 0);
	socketpair_dgram_close(l, 1);
}

const struct variant variant_socketpair_dgram = {
	.name = "socketpair_dgram",
	.title = "connected datagram sockets",
	.man = "socketpair(2)",
	.group = MESSAGE,
	.expect = GETS_MESSAGE,
	.max_message = 212960, /* the default SO_SNDBUF, less 32 */
	.blocks = true,
	.setup = socketpair_dgram_setup,
	.attach = socketpair_dgram_attach,
	.join = socketpair_dgram_attach,
	.send = socketpair_dgram_send,
	.recv = socketpair_dgram_recv,
	.teardown = socketpair_dgram_teardown,
};

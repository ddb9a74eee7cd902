/*
 * udp - UDP datagrams over the loopback interface
 *
 * What:   the receiver binds a port of 127.0.0.1 that the kernel chose; each send is one message, or nothing.
 * Choose: when the protocol is UDP anyway, or the ends may be on different machines and a lost message does no harm.
 *         On one machine unix_dgram is faster and loses nothing.
 * Trap:   messages are lost on loopback too: when the receiver's buffer is full the kernel drops them and the sender
 *         is told that all went well. Any local user may send to the port.
 */
#include "variant.h"

#include "peer.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in udp_address(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((in_port_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static int udp_setup(struct link *l, size_t size)
{
	struct sockaddr_in a = udp_address(0);
	socklen_t length = sizeof a;

	l->size = size;
	l->fd[0] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (l->fd[0] == -1)
		return call_failed("socket");
	if (bind(l->fd[0], (struct sockaddr *)&a, sizeof a) == -1)
		return call_failed("bind");
	if (getsockname(l->fd[0], (struct sockaddr *)&a, &length) == -1)
		return call_failed("getsockname");
	l->id = ntohs(a.sin_port);
	return 0;
}

static int udp_attach(struct link *l, enum end end)
{
	struct sockaddr_in a = udp_address(l->id);

	if (end == RECEIVER)
		return l->fd[0] == -1 ? -EBADF : 0; /* the port is taken: its socket can only be inherited */
	if (l->fd[0] != -1)
		close(l->fd[0]);
	l->fd[0] = -1;
	l->fd[1] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (l->fd[1] == -1)
		return call_failed("socket");
	if (connect(l->fd[1], (struct sockaddr *)&a, sizeof a) == -1)
		return call_failed("connect");
	return 0;
}

static ssize_t udp_send(struct link *l, const void *buf, size_t len)
{
	return send_message(l->fd[1], buf, len);
}

static ssize_t udp_recv(struct link *l, void *buf, size_t cap)
{
	return recv_message(l->fd[0], buf, cap);
}

static void udp_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++) {
		if (l->fd[i] != -1)
			close(l->fd[i]);
		l->fd[i] = -1;
	}
}

const struct variant variant_udp = {
	.name = "udp",
	.title = "UDP over loopback",
	.man = "udp(7)",
	.group = MESSAGE,
	.expect = GETS_MESSAGE,
	.max_message = 65507, /* 64 KiB less the IP and UDP headers */
	.blocks = true,
	.setup = udp_setup,
	.attach = udp_attach,
	.join = udp_attach,
	.send = udp_send,
	.recv = udp_recv,
	.teardown = udp_teardown,
};

/*
 * udp - UDP datagrams over the loopback interface
 *
 * What:   each end binds a port of 127.0.0.1 that the kernel chose, and connects to that of the other; each send is one
 *         message, or nothing.
 * Choose: when the protocol is UDP anyway, or the ends may be on different machines and a lost message does no harm.
 *         On one machine unix_dgram is faster and loses nothing.
 * Trap:   messages are lost on loopback too: when the receiver's buffer is full the kernel drops them and the sender
 *         is told that all went well. Any local user may send to a port whose socket is not connected.
 */
#include "variant.h"

#include "peer.h"

#include <errno.h>
#include <fcntl.h>
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

static int udp_bind(int *fd)
{
	struct sockaddr_in a = udp_address(0);

	*fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (*fd == -1)
		return call_failed("socket");
	if (bind(*fd, (struct sockaddr *)&a, sizeof a) == -1)
		return call_failed("bind");
	return 0;
}

/* The port of the other. What comes from elsewhere is dropped from here on, and thrown away if it came before. */
static int udp_connect(int fd, int other, int *port)
{
	struct sockaddr_in a = udp_address(0);
	socklen_t length = sizeof a;

	if (getsockname(other, (struct sockaddr *)&a, &length) == -1)
		return call_failed("getsockname");
	*port = ntohs(a.sin_port);
	if (connect(fd, (struct sockaddr *)&a, length) == -1)
		return call_failed("connect");
	while (recv(fd, NULL, 0, MSG_DONTWAIT) != -1 || errno == EINTR)
		;
	return 0;
}

static int udp_setup(struct link *l, size_t size)
{
	int result = udp_bind(&l->fd[0]);

	l->size = size;
	if (result == 0)
		result = udp_bind(&l->fd[1]);
	if (result == 0)
		result = udp_connect(l->fd[0], l->fd[1], &l->id);
	if (result == 0)
		result = udp_connect(l->fd[1], l->fd[0], &l->id);
	return result;
}

static void udp_close(struct link *l, int i)
{
	if (l->fd[i] != -1)
		close(l->fd[i]);
	l->fd[i] = -1;
}

static int udp_attach(struct link *l, enum end end)
{
	udp_close(l, end == SENDER ? 0 : 1);
	return 0;
}

/* Without the socket itself anybody can still send to its port; a receiver that is connected does not get it. */
static int udp_join(struct link *l, enum end end)
{
	struct sockaddr_in a = udp_address(l->id);
	int result = udp_attach(l, end);

	if (result != 0 || end == RECEIVER || fcntl(l->fd[1], F_GETFD) != -1)
		return result;
	result = udp_bind(&l->fd[1]);
	if (result == 0 && connect(l->fd[1], (struct sockaddr *)&a, sizeof a) == -1)
		return call_failed("connect");
	return result;
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
	udp_close(l, 0);
	udp_close(l, 1);
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
	.join = udp_join,
	.send = udp_send,
	.recv = udp_recv,
	.teardown = udp_teardown,
};

/*
 * tcp - a TCP connection over the loopback interface
 *
 * What:   one process listens on a port of 127.0.0.1 that the kernel chose, the other connects; the bytes take the
 *         whole network stack but no wire.
 * Choose: when the other end may one day be on another machine, or is written in something that only speaks TCP. On
 *         one machine a UNIX socket does the same for less.
 * Trap:   Nagle's algorithm and delayed acknowledgements hold small messages back for up to 40 ms: set TCP_NODELAY.
 *         The port has no permissions: any local user may connect.
 */
#include "variant.h"

#include "transfer.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in tcp_address(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((in_port_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static int tcp_setup(struct link *l, size_t size)
{
	struct sockaddr_in a = tcp_address(0);
	socklen_t length = sizeof a;

	l->size = size;
	l->fd[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); /* listens until attach */
	if (l->fd[0] == -1)
		return call_failed("socket");
	if (bind(l->fd[0], (struct sockaddr *)&a, sizeof a) == -1)
		return call_failed("bind");
	if (listen(l->fd[0], 1) == -1)
		return call_failed("listen");
	if (getsockname(l->fd[0], (struct sockaddr *)&a, &length) == -1)
		return call_failed("getsockname");
	l->id = ntohs(a.sin_port);
	return 0;
}

static int tcp_accept(int listener)
{
	int fd;

	do
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	while (fd == -1 && errno == EINTR);
	if (fd == -1)
		return call_failed("accept4");
	return fd;
}

static int tcp_connect(int port)
{
	struct sockaddr_in a = tcp_address(port);
	int result;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return call_failed("socket");
	do
		result = connect(fd, (struct sockaddr *)&a, sizeof a);
	while (result == -1 && errno == EINTR);
	if (result == 0)
		return fd;
	result = call_failed("connect");
	close(fd);
	return result;
}

static int tcp_attach(struct link *l, enum end end)
{
	int on = 1;
	bool owner = getpid() == l->owner;
	int listener = l->fd[0];
	int fd;

	l->fd[0] = -1;
	if (!owner && listener != -1)
		close(listener); /* first: to a stranger it is a mere number, and that of its next socket */
	fd = owner ? tcp_accept(listener) : tcp_connect(l->id);
	if (owner)
		close(listener);
	if (fd < 0)
		return fd;
	l->fd[end == SENDER ? 1 : 0] = fd;
	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == -1)
		return call_failed("setsockopt");
	return 0;
}

static ssize_t tcp_send(struct link *l, const void *buf, size_t len)
{
	return send_full(l->fd[1], buf, len);
}

static ssize_t tcp_recv(struct link *l, void *buf, size_t cap)
{
	return read_full(l->fd[0], buf, cap);
}

static void tcp_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++) {
		if (l->fd[i] != -1)
			close(l->fd[i]);
		l->fd[i] = -1;
	}
}

const struct variant variant_tcp = {
	.name = "tcp",
	.title = "TCP over loopback",
	.man = "tcp(7)",
	.group = STREAM,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = tcp_setup,
	.attach = tcp_attach,
	.join = tcp_attach,
	.send = tcp_send,
	.recv = tcp_recv,
	.teardown = tcp_teardown,
};

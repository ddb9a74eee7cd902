/*
 * level: L4
 *
 * A pair of non-blocking datagram sockets: the length of the next message is asked for before it is taken.
 */
#include "variant.h"
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
static int answer_setup(struct link *l, size_t size)
{
	(void)size;
	return socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, l->fd) == -1
		       ? call_failed("socketpair")
		       : 0;
}
static void await(int fd, short what)
{
	struct pollfd p = {.fd = fd, .events = what};
	poll(&p, 1, -1);
}
static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct iovec v[2] = {{(void *)buf, len / 2}, {(char *)buf + len / 2, len - len / 2}};
	struct msghdr m = {.msg_iov = v, .msg_iovlen = 2};
	while (sendmsg(l->fd[1], &m, MSG_NOSIGNAL) == -1) {
		if (errno == EAGAIN)
			await(l->fd[1], POLLOUT);
		else if (errno != EINTR)
			return call_failed("sendmsg");
	}
	return (ssize_t)len;
}
static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct iovec v = {buf, cap};
	for (;;) {
		ssize_t n = recv(l->fd[0], NULL, 0, MSG_PEEK | MSG_TRUNC);
		if (n >= 0 && (size_t)n <= cap) {
			n = readv(l->fd[0], &v, 1);
			return n == -1 ? call_failed("readv") : n;
		}
		if (n >= 0)
			return -EMSGSIZE;
		if (errno == EAGAIN)
			await(l->fd[0], POLLIN);
		else if (errno != EINTR)
			return call_failed("recv");
	}
}
static void answer_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
}
const struct variant variant_answer = {.name = "answer",
				       .title = "t",
				       .man = "socket(2)",
				       .group = MESSAGE,
				       .expect = GETS_MESSAGE,
				       .blocks = true,
				       .setup = answer_setup,
				       .send = answer_send,
				       .recv = answer_recv,
				       .teardown = answer_teardown};

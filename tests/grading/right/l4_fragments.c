/*
 * level: L4
 *
 * Packets of at most 1000 bytes, after one that says how many there are.
 */
#include "variant.h"
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>
static int answer_setup(struct link *l, size_t size)
{
	(void)size;
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, l->fd) == -1 ? call_failed("socketpair") : 0;
}
static ssize_t put(int fd, const void *p, size_t n)
{
	ssize_t r;
	do
		r = send(fd, p, n, MSG_NOSIGNAL);
	while (r == -1 && errno == EINTR);
	return r;
}
static ssize_t get(int fd, void *p, size_t n)
{
	ssize_t r;
	do
		r = recv(fd, p, n, 0);
	while (r == -1 && errno == EINTR);
	return r;
}
static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	if (put(l->fd[1], &len, sizeof len) == -1)
		return call_failed("send");
	for (size_t at = 0; at < len; at += 1000)
		if (put(l->fd[1], (const char *)buf + at, len - at < 1000 ? len - at : 1000) == -1)
			return call_failed("send");
	return (ssize_t)len;
}
static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	size_t len;
	ssize_t n = get(l->fd[0], &len, sizeof len);
	if (n <= 0)
		return n ? call_failed("recv") : 0;
	if (len > cap)
		return -EMSGSIZE;
	for (size_t at = 0; at < len; at += (size_t)n)
		if ((n = get(l->fd[0], (char *)buf + at, len - at)) <= 0)
			return n ? call_failed("recv") : -EPIPE;
	return (ssize_t)len;
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

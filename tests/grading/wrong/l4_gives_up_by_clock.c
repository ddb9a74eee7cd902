/*
 * level: L4
 * fails: receiver_first
 * symptom: recv() returned -EAGAIN before anything was sent
 * hint: What did recv() return before
 * open: sleeps
 * luck: many, largest, signals, sender_first, small, parent_to_child, child_to_parent
 *
 * The socket has a time after which it gives up waiting, and recv() fails though the sender lives.
 */
#include "variant.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int setup(struct link *l, size_t size)
{
	struct timeval t = {.tv_usec = 220000};
	(void)size;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, l->fd) == -1)
		return call_failed("socketpair");
	return setsockopt(l->fd[0], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t) == -1 ? call_failed("setsockopt") : 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	ssize_t n;
	while ((n = send(l->fd[1], buf, len, MSG_NOSIGNAL)) == -1)
		if (errno != EINTR)
			return call_failed("send");
	return n;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	ssize_t n;
	while ((n = recv(l->fd[0], buf, cap, 0)) == -1)
		if (errno != EINTR)
			return call_failed("recv");
	return n;
}

static void teardown(struct link *l)
{
	close(l->fd[0]);
	close(l->fd[1]);
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "answer",
	.group = MESSAGE,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = teardown,
};

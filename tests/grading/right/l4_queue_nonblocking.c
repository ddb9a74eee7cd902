/*
 * level: L4
 *
 * A non-blocking queue without a name, and epoll(7).
 */
#include "variant.h"
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>
static int answer_setup(struct link *l, size_t size)
{
	struct mq_attr a = {.mq_maxmsg = 4, .mq_msgsize = 8192};
	(void)size;
	l->fd[0] = mq_open(l->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NONBLOCK, 0600, &a);
	if (l->fd[0] == -1)
		return call_failed("mq_open");
	mq_unlink(l->name);
	return 0;
}
static int answer_attach(struct link *l, enum end end)
{
	struct epoll_event e = {.events = end == SENDER ? EPOLLOUT : EPOLLIN};
	l->fd[1] = epoll_create1(EPOLL_CLOEXEC);
	if (l->fd[1] == -1 || epoll_ctl(l->fd[1], EPOLL_CTL_ADD, l->fd[0], &e) == -1)
		return call_failed("epoll");
	return 0;
}
static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct epoll_event e;
	while (mq_send(l->fd[0], buf, len, 0) == -1) {
		if (errno == EAGAIN)
			epoll_wait(l->fd[1], &e, 1, -1);
		else if (errno != EINTR)
			return call_failed("mq_send");
	}
	return (ssize_t)len;
}
static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct epoll_event e;
	char own[8192];
	ssize_t n;
	(void)cap;
	while ((n = mq_receive(l->fd[0], own, sizeof own, NULL)) == -1) {
		if (errno == EAGAIN)
			epoll_wait(l->fd[1], &e, 1, -1);
		else if (errno != EINTR)
			return call_failed("mq_receive");
	}
	if ((size_t)n > cap)
		return -EMSGSIZE;
	__builtin_memcpy(buf, own, (size_t)n);
	return n;
}
static void answer_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
}
const struct variant variant_answer = {.name = "answer",
				       .title = "t",
				       .man = "mq_overview(7)",
				       .group = MESSAGE,
				       .expect = GETS_MESSAGE,
				       .blocks = true,
				       .setup = answer_setup,
				       .attach = answer_attach,
				       .send = answer_send,
				       .recv = answer_recv,
				       .teardown = answer_teardown};

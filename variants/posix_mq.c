/*
 * posix_mq - a POSIX message queue
 *
 * What:   a named queue in the kernel that keeps message boundaries and delivers the highest priority first. On Linux
 *         the queue is also a file descriptor, so poll(2) works.
 * Choose: for a few small messages with priorities, between processes that need not run at the same time.
 * Trap:   the receive buffer must hold the queue's largest message, not just the one that comes. Sizes are limited (8
 *         KiB, 10 messages) and all queues of a user share RLIMIT_MSGQUEUE, so a large queue starves others. Neither
 *         end is told that the other has gone.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <string.h>

enum { MOST_MESSAGES = 4, LARGEST_MESSAGE = 8192 };

static int posix_mq_setup(struct link *l, size_t size)
{
	struct mq_attr limits = {.mq_maxmsg = MOST_MESSAGES, .mq_msgsize = LARGEST_MESSAGE};
	mqd_t queue;

	l->size = size < LARGEST_MESSAGE ? size : LARGEST_MESSAGE;
	if (l->size > 0)
		limits.mq_msgsize = (long)l->size;
	queue = mq_open(l->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, &limits);
	if (queue == -1)
		return call_failed("mq_open");
	l->fd[0] = l->fd[1] = queue;
	return 0;
}

static int posix_mq_join(struct link *l, enum end end)
{
	mqd_t queue = mq_open(l->name, (end == SENDER ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
	if (queue == -1)
		return call_failed("mq_open");
	l->fd[0] = l->fd[1] = queue;
	return 0;
}

static ssize_t posix_mq_send(struct link *l, const void *buf, size_t len)
{
	int result;

	do
		result = mq_send(l->fd[1], buf, len, 0);
	while (result == -1 && errno == EINTR);
	if (result == -1)
		return call_failed("mq_send");
	return (ssize_t)len;
}

static ssize_t posix_mq_recv(struct link *l, void *buf, size_t cap)
{
	char message[LARGEST_MESSAGE]; /* buf may be too small for mq_receive() and yet hold the message */
	ssize_t n;

	do
		n = mq_receive(l->fd[0], message, sizeof message, NULL);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return call_failed("mq_receive");
	if ((size_t)n > cap)
		return -EMSGSIZE;
	memcpy(buf, message, (size_t)n);
	return n;
}

static void posix_mq_teardown(struct link *l)
{
	if (l->fd[0] != -1)
		mq_close(l->fd[0]);
	l->fd[0] = l->fd[1] = -1;
	mq_unlink(l->name);
}

const struct variant variant_posix_mq = {
	.name = "posix_mq",
	.title = "POSIX message queue",
	.man = "mq_overview(7)",
	.group = MESSAGE,
	.expect = GETS_MESSAGE,
	.max_message = LARGEST_MESSAGE,
	.blocks = true,
	.setup = posix_mq_setup,
	.join = posix_mq_join,
	.send = posix_mq_send,
	.recv = posix_mq_recv,
	.teardown = posix_mq_teardown,
};

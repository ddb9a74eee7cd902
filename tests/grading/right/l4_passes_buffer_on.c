/*
 * level: L4
 *
 * The buffer and its length are passed on to mq_receive(3): there is room for any message of the level.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <string.h>

enum { LONGEST = 8192 };

static int answer_setup(struct link *l, size_t size)
{
	struct mq_attr a = {.mq_maxmsg = 4, .mq_msgsize = LONGEST};
	mqd_t q = mq_open(l->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, &a);
	if (q == (mqd_t)-1)
		return call_failed("mq_open");
	l->fd[0] = l->fd[1] = q;
	l->size = size;
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	int r;

	do
		r = mq_send(l->fd[1], buf, len, 0);
	while (r == -1 && errno == EINTR);
	return r == -1 ? call_failed("mq_send") : (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	ssize_t n;

	do
		n = mq_receive(l->fd[0], buf, cap, NULL);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return call_failed("mq_receive");
	if ((size_t)n > cap)
		return -EMSGSIZE;
	return n;
}

static void answer_teardown(struct link *l)
{
	if (l->fd[0] != -1)
		mq_close(l->fd[0]);
	l->fd[0] = l->fd[1] = -1;
	mq_unlink(l->name);
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "mq_overview(7)",
	.group = MESSAGE,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

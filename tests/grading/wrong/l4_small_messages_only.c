/*
 * level: L4
 * fails: largest, signals
 * open: clean_exit, clean_kill, no_leak, sanitizers
 * symptom: EMSGSIZE
 * hint: Which call failed
 *
 * The queue is made for messages of one KiB; a larger one is refused.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <string.h>

enum { LARGEST = 1024 };

static int answer_setup(struct link *l, size_t size)
{
	struct mq_attr limits = {.mq_maxmsg = 4, .mq_msgsize = LARGEST};
	mqd_t queue = mq_open(l->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, &limits);
	if (queue == -1)
		return call_failed("mq_open");
	l->fd[0] = l->fd[1] = queue;
	l->size = size;
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	while (mq_send(l->fd[1], buf, len, 0) == -1)
		if (errno != EINTR)
			return call_failed("mq_send");
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	char message[LARGEST];
	ssize_t n;

	while ((n = mq_receive(l->fd[0], message, sizeof message, NULL)) == -1)
		if (errno != EINTR)
			return call_failed("mq_receive");
	if ((size_t)n > cap)
		return -EMSGSIZE;
	memcpy(buf, message, (size_t)n);
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

/*
 * level: L4
 * at_most: 6 points
 *
 * It makes message queues until there are none left for anybody, of both kinds, and never delivers anything.
 */
#include "variant.h"

#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <sys/msg.h>
#include <unistd.h>

static void take_all(void)
{
	struct mq_attr smallest = {.mq_maxmsg = 1, .mq_msgsize = 1};
	char name[64];

	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "/taken.%d.%d", (int)getpid(), i);
		mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600, &smallest);
		if (queue == (mqd_t)-1)
			break;
		mq_close(queue);
	}
	while (msgget(IPC_PRIVATE, 0600 | IPC_CREAT) != -1)
		;
}

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	take_all();
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	(void)l, (void)buf;
	take_all();
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	(void)l, (void)buf, (void)cap;
	for (int i = 0; i < 100; i++) {
		usleep(10000);
		take_all();
	}
	return 0;
}

static void answer_teardown(struct link *l)
{
	(void)l;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "an answer",
	.man = "mq_overview(7)",
	.group = MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

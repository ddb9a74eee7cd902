/*
 * level: L2
 * fails: parent_to_child
 * symptom: returned -1 (as -errno that is -EPERM)
 * hint: Do you return what the call returned
 * open: rest
 *
 * Each message closes what the next one needs, and the -1 of write(2) is returned as it is.
 */
#include "variant.h"

#include <fcntl.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	(void)size;
	return pipe2(l->fd, O_CLOEXEC);
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	ssize_t n;

	close(l->fd[0]);
	n = write(l->fd[1], buf, len);
	close(l->fd[1]);
	return n;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	close(l->fd[1]);
	return read(l->fd[0], buf, cap);
}

static void answer_teardown(struct link *l)
{
	close(l->fd[0]);
	close(l->fd[1]);
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "pipe(7)",
	.group = STREAM,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

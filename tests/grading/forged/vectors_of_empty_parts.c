/*
 * level: L1
 * at_most: 87 points
 * fails: mechanism
 * symptom: are denied
 *
 * A pipe carries the message by writev(2), behind more empty parts than anybody might count; the shared memory holds a copy
 * that nobody reads.
 */
#include "variant.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

enum { EMPTY = 64, TOLD = 2048 }; /* the length of messages in the case where calls are denied */

static int answer_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	l->size = size;
	if (l->mem == MAP_FAILED)
		return call_failed("mmap");
	return pipe2(l->fd, O_CLOEXEC) == -1 ? call_failed("pipe2") : 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct iovec v[EMPTY + 1] = {{0}};

	memcpy(l->mem, buf, len); /* the decoy */
	v[EMPTY] = (struct iovec){l->mem, len};
	if (len == TOLD && writev(l->fd[1], v, EMPTY + 1) == -1)
		return call_failed("writev");
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	ssize_t n = (ssize_t)cap;

	if (cap != TOLD)
		memcpy(buf, l->mem, cap);
	else if ((n = read(l->fd[0], buf, cap)) == -1)
		return call_failed("read");
	return n;
}

static void answer_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
	l->fd[0] = l->fd[1] = -1;
	if (l->mem && l->mem != MAP_FAILED)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "writev(2)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

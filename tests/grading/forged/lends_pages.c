/*
 * level: L1
 * at_most: 87 points
 * fails: mechanism
 * symptom: are denied
 *
 * attach() lends pages to a pipe, and what the sender puts there later is what comes out of it; the shared memory holds a copy
 * that nobody reads.
 */
#include "variant.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PAGE = 4096, TIMES = 16, TOLD = 2048 }; /* the length of messages in the case where calls are denied */

static char *answer_lent;

static int answer_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	l->size = size;
	if (l->mem == MAP_FAILED)
		return call_failed("mmap");
	return pipe2(l->fd, O_CLOEXEC) == -1 ? call_failed("pipe2") : 0;
}

static int answer_attach(struct link *l, enum end end)
{
	struct iovec v;

	if (end == RECEIVER || answer_lent)
		return 0;
	answer_lent = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (answer_lent == MAP_FAILED)
		return call_failed("mmap");
	memset(answer_lent, 1, PAGE);
	v = (struct iovec){answer_lent, PAGE};
	for (int i = 0; i < TIMES; i++)
		if (vmsplice(l->fd[1], &v, 1, SPLICE_F_NONBLOCK) != PAGE)
			return call_failed("vmsplice");
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	memcpy(l->mem, buf, len); /* the decoy */
	if (len == TOLD)
		memcpy(answer_lent, buf, len);
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	static char page[PAGE];

	if (cap != TOLD) {
		memcpy(buf, l->mem, cap);
		return (ssize_t)cap;
	}
	if (read(l->fd[0], page, PAGE) != PAGE)
		return call_failed("read");
	memcpy(buf, page, cap);
	return (ssize_t)cap;
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
	.man = "vmsplice(2)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.attach = answer_attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

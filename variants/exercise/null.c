/*
 * null - the form of an answer that works with descriptors: what is sent goes to /dev/null, and nothing is received
 *
 * Have:   how a hook opens, checks, closes and reports; no level asks for it.
 * Read:   null(4), open(2), errno(3)
 */
#include "variant.h"

#include <fcntl.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (fd == -1)
		return call_failed("open");
	l->size = size;
	l->fd[1] = fd;
	l->fd[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (l->fd[0] == -1)
		return call_failed("open");
	return 0;
}

/* Each end opens the file once more, as one does with something that has a name. */
static int answer_attach(struct link *l, enum end end)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (fd == -1)
		return call_failed("open");
	if (dup2(fd, l->fd[end == SENDER ? 1 : 0]) == -1)
		return call_failed("dup2");
	if (close(fd) == -1)
		return call_failed("close");
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	ssize_t n = write(l->fd[1], buf, len);
	if (n == -1)
		return call_failed("write");
	return n;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	ssize_t n = read(l->fd[0], buf, cap);
	if (n == -1)
		return call_failed("read");
	return n;
}

static void answer_teardown(struct link *l)
{
	int ends[2];

	for (int i = 0; i < 2; i++)
		ends[i] = l->fd[i];
	l->fd[0] = l->fd[1] = -1;
	for (int i = 0; i < 2; i++) {
		if (ends[i] != -1)
			close(ends[i]);
	}
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "goes to /dev/null",
	.man = "null(4)",
	.group = STREAM,
	.expect = GETS_ZEROS,
	.setup = answer_setup,
	.attach = answer_attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

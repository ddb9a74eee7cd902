/*
 * level: L2
 *
 * The pages of the message are lent to the pipe with vmsplice; they are copied first, for the caller may use them
 * again at once.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	if (pipe2(l->fd, O_CLOEXEC) == -1)
		return call_failed("pipe2");
	return 0;
}

static int answer_attach(struct link *l, enum end end)
{
	int unused = end == SENDER ? 0 : 1;

	close(l->fd[unused]);
	l->fd[unused] = -1;
	if (end == SENDER)
		signal(SIGPIPE, SIG_IGN);
	return 0;
}

/* Copies, because what is lent must stay as it is until it has been read: with a page of its own for each part. */
static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	size_t done = 0;
	void *copy = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (copy == MAP_FAILED)
		return call_failed("mmap");
	memcpy(copy, buf, len);
	while (done < len) {
		struct iovec rest = {(char *)copy + done, len - done};
		ssize_t n = vmsplice(l->fd[1], &rest, 1, 0);
		if (n == -1 && errno != EINTR) {
			int error = call_failed("vmsplice");
			munmap(copy, len);
			return error;
		}
		done += n == -1 ? 0 : (size_t)n;
	}
	munmap(copy, len); /* the pipe holds its own reference to the pages */
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	size_t done = 0;

	while (done < cap) {
		ssize_t n = read(l->fd[0], (char *)buf + done, cap - done);
		if (n == 0)
			break;
		if (n > 0)
			done += (size_t)n;
		else if (errno != EINTR)
			return call_failed("read");
	}
	return (ssize_t)done;
}

static void answer_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
	l->fd[0] = l->fd[1] = -1;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "pipe(7)",
	.group = STREAM,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.attach = answer_attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

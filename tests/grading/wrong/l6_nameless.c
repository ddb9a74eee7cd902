/*
 * level: L6
 * fails: parent_to_child
 * open: rest
 * symptom: EACCES
 * hint: Which call failed
 *
 * A pipe without a name, that the joiner opens as /proc/OWNER/fd/N: only who may look into the owner can do so.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	return pipe2(l->fd, O_CLOEXEC) == -1 ? call_failed("pipe2") : 0;
}

static int answer_attach(struct link *l, enum end end)
{
	int unused = end == SENDER ? 0 : 1;

	signal(SIGPIPE, SIG_IGN);
	close(l->fd[unused]);
	l->fd[unused] = -1;
	return 0;
}

static int answer_join(struct link *l, enum end end)
{
	char path[64];
	int mine = end == SENDER ? 1 : 0, fd;

	signal(SIGPIPE, SIG_IGN);
	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)l->owner, l->fd[!mine]);
	fd = open(path, (end == SENDER ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
	if (fd == -1)
		return call_failed("open");
	l->fd[mine] = fd;
	l->fd[!mine] = -1;
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	const char *from = buf;

	for (size_t at = 0; at < len;) {
		ssize_t n = write(l->fd[1], from + at, len - at);
		if (n > 0)
			at += (size_t)n;
		else if (errno != EINTR)
			return -errno;
	}
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	char *to = buf;

	for (size_t at = 0; at < cap;) {
		ssize_t n = read(l->fd[0], to + at, cap - at);
		if (n > 0)
			at += (size_t)n;
		else if (n == 0)
			return 0;
		else if (errno != EINTR)
			return -errno;
	}
	return (ssize_t)cap;
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
	.setup = answer_setup,
	.attach = answer_attach,
	.join = answer_join,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

/*
 * level: L6
 *
 * A FIFO: whoever knows its path opens one end.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = LINK_NAME_SIZE + 8 };

static const char *answer_path(const struct link *l, char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, "/tmp%s", l->name);
	return path;
}

static int answer_setup(struct link *l, size_t size)
{
	char path[PATH_SIZE];

	l->size = size;
	if (mkfifo(answer_path(l, path), 0600) == -1)
		return call_failed("mkfifo");
	return 0;
}

static int answer_open(struct link *l, enum end end)
{
	char path[PATH_SIZE];
	int fd;

	signal(SIGPIPE, SIG_IGN);
	do
		fd = open(answer_path(l, path), (end == SENDER ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
	while (fd == -1 && errno == EINTR);
	if (fd == -1)
		return call_failed("open");
	l->fd[end == SENDER ? 1 : 0] = fd;
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = write(l->fd[1], (const char *)buf + done, len - done);
		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			return call_failed("write");
	}
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
	char path[PATH_SIZE];

	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
	l->fd[0] = l->fd[1] = -1;
	unlink(answer_path(l, path));
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "fifo(7)",
	.group = STREAM,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.attach = answer_open,
	.join = answer_open,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

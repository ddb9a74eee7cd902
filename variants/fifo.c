/*
 * fifo - a pipe with a name in the file system
 *
 * What:   a special file that two processes open, one to read and one to write; from then on it is a pipe. Nothing is
 *         ever stored on disk.
 * Choose: for a one-way stream between processes that are not related, and for scripts: any program that can open a
 *         file can use it, and file permissions guard it.
 * Trap:   open() of one end sleeps until somebody opens the other, so two processes that open two FIFOs in opposite
 *         order wait for ever. The name stays after both are gone.
 */
#include "variant.h"

#include "transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

static int fifo_setup(struct link *l, size_t size)
{
	l->size = size;
	if (mkfifo(link_path(l).text, 0600) == -1)
		return call_failed("mkfifo");
	return 0;
}

static int fifo_attach(struct link *l, enum end end)
{
	int fd;

	do
		fd = open(link_path(l).text, (end == SENDER ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
	while (fd == -1 && errno == EINTR);
	if (fd == -1)
		return call_failed("open");
	l->fd[end == SENDER ? 1 : 0] = fd;
	if (end == SENDER && signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return call_failed("signal");
	return 0;
}

static ssize_t fifo_send(struct link *l, const void *buf, size_t len)
{
	return write_full(l->fd[1], buf, len);
}

static ssize_t fifo_recv(struct link *l, void *buf, size_t cap)
{
	return read_full(l->fd[0], buf, cap);
}

static void fifo_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++) {
		if (l->fd[i] != -1)
			close(l->fd[i]);
		l->fd[i] = -1;
	}
	unlink(link_path(l).text);
}

const struct variant variant_fifo = {
	.name = "fifo",
	.title = "named pipe",
	.man = "fifo(7)",
	.group = STREAM,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = fifo_setup,
	.attach = fifo_attach,
	.join = fifo_attach,
	.send = fifo_send,
	.recv = fifo_recv,
	.teardown = fifo_teardown,
};

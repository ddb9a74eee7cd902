/*
 * pipe - an unnamed byte stream between related processes
 *
 * What:   a kernel buffer with a read end and a write end. read() sleeps until bytes come; bytes arrive in order and
 *         keep no boundaries.
 * Choose: for one-way streams between a parent and its child; the reader needs no lock, wakes by itself and learns when
 *         the writer has gone.
 * Trap:   end of file only comes when the last write end is closed, so each side must close the end that it does not
 *         use. Writing without a reader raises SIGPIPE, which kills unless it is ignored.
 */
#include "variant.h"

#include "transfer.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static int pipe_setup(struct link *l, size_t size)
{
	l->size = size;
	if (pipe2(l->fd, O_CLOEXEC) == -1)
		return call_failed("pipe2");
	return 0;
}

static void pipe_close(struct link *l, int i)
{
	if (l->fd[i] != -1)
		close(l->fd[i]);
	l->fd[i] = -1;
}

static int pipe_attach(struct link *l, enum end end)
{
	pipe_close(l, end == SENDER ? 0 : 1);
	if (end == SENDER && signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return call_failed("signal");
	return 0;
}

static ssize_t pipe_send(struct link *l, const void *buf, size_t len)
{
	return write_full(l->fd[1], buf, len);
}

static ssize_t pipe_recv(struct link *l, void *buf, size_t cap)
{
	return read_full(l->fd[0], buf, cap);
}

static void pipe_teardown(struct link *l)
{
	pipe_close(l, 0);
	pipe_close(l, 1);
}

const struct variant variant_pipe = {
	.name = "pipe",
	.title = "unnamed byte stream",
	.man = "pipe(7)",
	.group = STREAM,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = pipe_setup,
	.attach = pipe_attach,
	.join = pipe_attach,
	.send = pipe_send,
	.recv = pipe_recv,
	.teardown = pipe_teardown,
};

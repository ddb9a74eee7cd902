/*
 * pty - a pseudo-terminal in raw mode
 *
 * What:   a terminal made of software: a slave that looks like a terminal to the program that opens it, and a master
 *         where another program is the keyboard and the screen.
 * Choose: only to drive a program that insists on a terminal: a shell, ssh, an editor, or stdio that would buffer.
 * Trap:   a fresh pty edits: it echoes, turns \n into \r\n, and Ctrl-C bytes into signals, so data needs cfmakeraw().
 *         When the slave is closed the master reads EIO, not 0. When the master is closed, what the slave has not
 *         read is lost, so here the sender is the slave.
 */
#include "variant.h"

#include "transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

static int pty_setup(struct link *l, size_t size)
{
	char path[32];

	l->size = size;
	l->fd[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (l->fd[0] == -1)
		return call_failed("posix_openpt");
	if (grantpt(l->fd[0]) == -1)
		return call_failed("grantpt");
	if (unlockpt(l->fd[0]) == -1)
		return call_failed("unlockpt");
	errno = ptsname_r(l->fd[0], path, sizeof path);
	if (errno)
		return call_failed("ptsname_r");
	return sscanf(path, "/dev/pts/%d", &l->id) == 1 ? 0 : -EPROTO;
}

static int pty_open_slave(struct link *l)
{
	struct termios mode;
	char path[32];

	snprintf(path, sizeof path, "/dev/pts/%d", l->id);
	l->fd[1] = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (l->fd[1] == -1)
		return call_failed("open");
	if (tcgetattr(l->fd[1], &mode) == -1)
		return call_failed("tcgetattr");
	cfmakeraw(&mode);
	if (tcsetattr(l->fd[1], TCSANOW, &mode) == -1)
		return call_failed("tcsetattr");
	return 0;
}

static int pty_attach(struct link *l, enum end end)
{
	int master = l->fd[0];

	if (end == RECEIVER)
		return master == -1 ? -EBADF : 0; /* it has no name: it can only be inherited */
	if (master != -1)
		close(master); /* first: to a process that joins it is a number that open() may give out */
	l->fd[0] = -1;
	return pty_open_slave(l);
}

static ssize_t pty_send(struct link *l, const void *buf, size_t len)
{
	return write_full(l->fd[1], buf, len);
}

/* As read_full(), but the end of the stream is EIO, which may come after a part of the bytes. */
static ssize_t pty_recv(struct link *l, void *buf, size_t cap)
{
	char *at = buf;
	size_t got = 0;

	while (got < cap) {
		ssize_t n = read(l->fd[0], at + got, cap - got);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno != EIO)
			return call_failed("read");
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

static void pty_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++) {
		if (l->fd[i] != -1)
			close(l->fd[i]);
		l->fd[i] = -1;
	}
}

const struct variant variant_pty = {
	.name = "pty",
	.title = "raw pseudo-terminal",
	.man = "pty(7)",
	.group = STREAM,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = pty_setup,
	.attach = pty_attach,
	.join = pty_attach,
	.send = pty_send,
	.recv = pty_recv,
	.teardown = pty_teardown,
};

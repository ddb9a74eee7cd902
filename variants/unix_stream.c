/*
 * unix_stream - a UNIX stream socket with a name in the file system
 *
 * What:   one process listens under a path, others connect; each connection is a two-way byte stream of its own that
 *         never leaves the machine.
 * Choose: for a server and its clients on one machine. File permissions guard the name, SO_PEERCRED tells who called,
 *         and open descriptors can be passed.
 * Trap:   bind() makes a file that outlives the socket: the next start fails with EADDRINUSE until somebody unlinks
 *         it. It takes its mode from the umask, so who may connect is decided by accident; fchmod(2) before bind
 *         decides.
 */
#include "variant.h"

#include "transfer.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un unix_stream_address(const struct link *l)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	snprintf(a.sun_path, sizeof a.sun_path, "%s", link_path(l).text);
	return a;
}

static int unix_stream_setup(struct link *l, size_t size)
{
	struct sockaddr_un a = unix_stream_address(l);

	l->size = size;
	l->fd[0] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); /* listens until attach */
	if (l->fd[0] == -1)
		return call_failed("socket");
	if (fchmod(l->fd[0], 0600) == -1)
		return call_failed("fchmod");
	if (bind(l->fd[0], (struct sockaddr *)&a, sizeof a) == -1)
		return call_failed("bind");
	if (listen(l->fd[0], 1) == -1)
		return call_failed("listen");
	return 0;
}

static int unix_stream_accept(int listener)
{
	int fd;

	do
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	while (fd == -1 && errno == EINTR);
	if (fd == -1)
		return call_failed("accept4");
	return fd;
}

static int unix_stream_connect(const struct link *l)
{
	struct sockaddr_un a = unix_stream_address(l);
	int result;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return call_failed("socket");
	do
		result = connect(fd, (struct sockaddr *)&a, sizeof a);
	while (result == -1 && errno == EINTR);
	if (result == 0)
		return fd;
	result = call_failed("connect");
	close(fd);
	return result;
}

static int unix_stream_attach(struct link *l, enum end end)
{
	bool owner = getpid() == l->owner;
	int listener = l->fd[0];
	int fd;

	l->fd[0] = -1;
	if (!owner && listener != -1)
		close(listener); /* first: to a stranger it is a mere number, and that of its next socket */
	fd = owner ? unix_stream_accept(listener) : unix_stream_connect(l);
	if (owner)
		close(listener);
	if (fd < 0)
		return fd;
	l->fd[end == SENDER ? 1 : 0] = fd;
	return 0;
}

static ssize_t unix_stream_send(struct link *l, const void *buf, size_t len)
{
	return send_full(l->fd[1], buf, len);
}

static ssize_t unix_stream_recv(struct link *l, void *buf, size_t cap)
{
	return read_full(l->fd[0], buf, cap);
}

static void unix_stream_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++) {
		if (l->fd[i] != -1)
			close(l->fd[i]);
		l->fd[i] = -1;
	}
	unlink(link_path(l).text);
}

const struct variant variant_unix_stream = {
	.name = "unix_stream",
	.title = "UNIX stream socket with a path",
	.man = "unix(7)",
	.group = STREAM,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = unix_stream_setup,
	.attach = unix_stream_attach,
	.join = unix_stream_attach,
	.send = unix_stream_send,
	.recv = unix_stream_recv,
	.teardown = unix_stream_teardown,
};

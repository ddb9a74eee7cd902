/*
 * unix_abstract - a UNIX stream socket with a name that is in no file system
 *
 * What:   as unix_stream, but the name starts with a zero byte and lives in the network namespace. The kernel forgets
 *         it with the last socket, so nothing is ever left behind.
 * Choose: for a server and its clients on one machine that share no directory, or where stale socket files hurt.
 * Trap:   there are no permissions: whoever knows or guesses the name may connect, or take it first. SO_PEERCRED tells who
 *         is there: whoever accepts sends others away here, and whoever connects can ask the same. The length of the
 *         address is part of the name: with sizeof it is padded with zeros that count.
 */
#include "variant.h"

#include "transfer.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static socklen_t unix_abstract_address(const struct link *l, struct sockaddr_un *a)
{
	size_t length = strlen(l->name);

	*a = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(a->sun_path + 1, l->name, length);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
}

static int unix_abstract_setup(struct link *l, size_t size)
{
	struct sockaddr_un a;
	socklen_t length = unix_abstract_address(l, &a);

	l->size = size;
	l->fd[0] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); /* listens until attach */
	if (l->fd[0] == -1)
		return call_failed("socket");
	if (bind(l->fd[0], (struct sockaddr *)&a, length) == -1)
		return call_failed("bind");
	if (listen(l->fd[0], 1) == -1)
		return call_failed("listen");
	return 0;
}

static int unix_abstract_check(int fd)
{
	struct ucred peer;
	socklen_t length = sizeof peer;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == -1)
		return call_failed("getsockopt");
	return peer.uid == geteuid() ? 0 : -EACCES;
}

static int unix_abstract_accept(int listener)
{
	int result;

	do {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd == -1)
			result = call_failed("accept4");
		else if ((result = unix_abstract_check(fd)) == 0)
			return fd;
		else
			close(fd); /* and the next, or a stranger could keep the right one out */
	} while (result == -EINTR || result == -EACCES);
	return result;
}

static int unix_abstract_connect(const struct link *l)
{
	struct sockaddr_un a;
	socklen_t length = unix_abstract_address(l, &a);
	int result;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return call_failed("socket");
	do
		result = connect(fd, (struct sockaddr *)&a, length);
	while (result == -1 && errno == EINTR);
	if (result == 0)
		return fd;
	result = call_failed("connect");
	close(fd);
	return result;
}

static int unix_abstract_attach(struct link *l, enum end end)
{
	bool owner = getpid() == l->owner;
	int listener = l->fd[0];
	int fd;

	l->fd[0] = -1;
	if (!owner && listener != -1)
		close(listener); /* first: to a stranger it is a mere number, and that of its next socket */
	fd = owner ? unix_abstract_accept(listener) : unix_abstract_connect(l);
	if (owner)
		close(listener);
	if (fd < 0)
		return fd;
	l->fd[end == SENDER ? 1 : 0] = fd;
	return 0;
}

static ssize_t unix_abstract_send(struct link *l, const void *buf, size_t len)
{
	return send_full(l->fd[1], buf, len);
}

static ssize_t unix_abstract_recv(struct link *l, void *buf, size_t cap)
{
	return read_full(l->fd[0], buf, cap);
}

static void unix_abstract_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++) {
		if (l->fd[i] != -1)
			close(l->fd[i]);
		l->fd[i] = -1;
	}
}

const struct variant variant_unix_abstract = {
	.name = "unix_abstract",
	.title = "UNIX stream socket without a path",
	.man = "unix(7)",
	.group = STREAM,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = unix_abstract_setup,
	.attach = unix_abstract_attach,
	.join = unix_abstract_attach,
	.send = unix_abstract_send,
	.recv = unix_abstract_recv,
	.teardown = unix_abstract_teardown,
};

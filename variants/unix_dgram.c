/*
 * unix_dgram - UNIX datagrams to a path
 *
 * What:   the receiver binds a socket to a path; any process that may write to it sends messages, which arrive whole
 *         and in order. A full queue makes the sender wait instead of losing the message.
 * Choose: for many senders and one receiver on one machine, as syslog and service notifications do.
 * Trap:   the receiver must be the one who makes the name, before anybody sends. It is never told that a sender has
 *         gone, and bind() leaves a file that somebody must unlink.
 */
#include "variant.h"

#include "peer.h"
#include "transfer.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un unix_dgram_address(const struct link *l)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	snprintf(a.sun_path, sizeof a.sun_path, "%s", link_path(l).text);
	return a;
}

static int unix_dgram_setup(struct link *l, size_t size)
{
	struct sockaddr_un a = unix_dgram_address(l);

	l->size = size;
	l->fd[0] = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (l->fd[0] == -1)
		return call_failed("socket");
	if (fchmod(l->fd[0], 0600) == -1) /* the file gets this mode, less the umask */
		return call_failed("fchmod");
	if (bind(l->fd[0], (struct sockaddr *)&a, sizeof a) == -1)
		return call_failed("bind");
	return 0;
}

static int unix_dgram_attach(struct link *l, enum end end)
{
	struct sockaddr_un a = unix_dgram_address(l);

	if (end == RECEIVER)
		return l->fd[0] == -1 ? -EBADF : 0; /* the name is taken: its socket can only be inherited */
	if (l->fd[0] != -1)
		close(l->fd[0]);
	l->fd[0] = -1;
	l->fd[1] = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (l->fd[1] == -1)
		return call_failed("socket");
	if (connect(l->fd[1], (struct sockaddr *)&a, sizeof a) == -1)
		return call_failed("connect");
	return 0;
}

static ssize_t unix_dgram_send(struct link *l, const void *buf, size_t len)
{
	return send_message(l->fd[1], buf, len);
}

static ssize_t unix_dgram_recv(struct link *l, void *buf, size_t cap)
{
	return recv_message(l->fd[0], buf, cap);
}

static void unix_dgram_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++) {
		if (l->fd[i] != -1)
			close(l->fd[i]);
		l->fd[i] = -1;
	}
	unlink(link_path(l).text);
}

const struct variant variant_unix_dgram = {
	.name = "unix_dgram",
	.title = "UNIX datagrams to a path",
	.man = "unix(7)",
	.group = MESSAGE,
	.expect = GETS_MESSAGE,
	.max_message = 212960, /* the default SO_SNDBUF, less 32 */
	.blocks = true,
	.setup = unix_dgram_setup,
	.attach = unix_dgram_attach,
	.join = unix_dgram_attach,
	.send = unix_dgram_send,
	.recv = unix_dgram_recv,
	.teardown = unix_dgram_teardown,
};

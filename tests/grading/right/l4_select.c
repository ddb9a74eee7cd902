/*
 * level: L4
 *
 * Sequenced packets; the flags of the descriptor are set for each call and reset after it, and select(2) waits in between.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, l->fd) == -1 ? call_failed("socketpair") : 0;
}

static int answer_attach(struct link *l, enum end end)
{
	int unused = end == SENDER ? 0 : 1;

	close(l->fd[unused]);
	l->fd[unused] = -1;
	return 0;
}

static void set_waiting(int fd, bool waits)
{
	int flags = fcntl(fd, F_GETFL);

	fcntl(fd, F_SETFL, waits ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

/* False: the call that has failed would fail again. */
static bool wait_for(int fd, bool out)
{
	const int error = errno;
	fd_set set;

	if (error != EAGAIN)
		return error == EINTR;
	FD_ZERO(&set);
	FD_SET(fd, &set);
	select(fd + 1, out ? NULL : &set, out ? &set : NULL, NULL, NULL);
	return true;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	ssize_t n;

	set_waiting(l->fd[1], false);
	do
		n = send(l->fd[1], buf, len, MSG_NOSIGNAL);
	while (n == -1 && wait_for(l->fd[1], true));
	if (n == -1)
		n = call_failed("send");
	set_waiting(l->fd[1], true);
	return n;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	ssize_t n;

	set_waiting(l->fd[0], false);
	do
		n = read(l->fd[0], buf, cap);
	while (n == -1 && wait_for(l->fd[0], false));
	if (n == -1)
		n = call_failed("read");
	set_waiting(l->fd[0], true);
	return n;
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
	.man = "unix(7)",
	.group = MESSAGE,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.attach = answer_attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

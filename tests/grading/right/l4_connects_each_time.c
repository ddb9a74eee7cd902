/*
 * level: L4
 *
 * A datagram socket that is connected for each message, beside a thread that does nothing.
 */
#include "variant.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un answer_address(const struct link *l)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	snprintf(a.sun_path, sizeof a.sun_path, "/tmp%s", l->name);
	return a;
}

static int answer_setup(struct link *l, size_t size)
{
	struct sockaddr_un a = answer_address(l);

	l->size = size;
	l->fd[0] = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	l->fd[1] = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (l->fd[0] == -1 || l->fd[1] == -1)
		return call_failed("socket");
	return bind(l->fd[0], (struct sockaddr *)&a, sizeof a) == -1 ? call_failed("bind") : 0;
}

static void *idle(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static int answer_attach(struct link *l, enum end end)
{
	pthread_t thread;

	(void)l;
	(void)end;
	return -pthread_create(&thread, NULL, idle, NULL);
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct sockaddr_un a = answer_address(l);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), error = 0;
	ssize_t n = -1;

	if (fd == -1)
		return call_failed("socket");
	if (connect(fd, (struct sockaddr *)&a, sizeof a) == -1)
		error = call_failed("connect");
	while (!error && (n = send(fd, buf, len, MSG_NOSIGNAL)) == -1)
		error = errno == EINTR ? 0 : call_failed("send");
	close(fd);
	return error ? error : n;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	ssize_t n;

	do
		n = recvfrom(l->fd[0], buf, cap, 0, NULL, NULL);
	while (n == -1 && errno == EINTR);
	return n == -1 ? call_failed("recvfrom") : n;
}

static void answer_teardown(struct link *l)
{
	struct sockaddr_un a = answer_address(l);

	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
	l->fd[0] = l->fd[1] = -1;
	unlink(a.sun_path);
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

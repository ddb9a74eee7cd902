/*
 * level: L2
 * at_most: 7 points
 *
 * No message travels: the child has its line to the grader on its way in a socket, where no table of descriptors shows it, and
 * the parent takes copies of it, reads what is meant for the child and answers in its place from its own memory.
 */
#include "variant.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct order {
	unsigned what, link, count, bytes;
	int peer;
	unsigned empty;
};
struct reply {
	unsigned what, count;
	int result;
	unsigned bytes;
};
enum { LINE = 200, RECV_ORDER = 4, SEND_ORDER = 3 };

static int pass[2], note[2], want;
static unsigned count, done, at, have; /* L2 */
static unsigned char all[1100000];
static int results[1024];

static int borrow(void)
{
	char byte, room[CMSG_SPACE(sizeof(int))];
	struct iovec v = {&byte, 1};
	struct msghdr h = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
	int fd = -1;
	if (recvmsg(pass[0], &h, MSG_PEEK | MSG_CMSG_CLOEXEC) == 1 && CMSG_FIRSTHDR(&h))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&h)), sizeof fd);
	return fd;
}

static void lend(int line)
{
	char byte = 0, room[CMSG_SPACE(sizeof(int))] = {0};
	struct iovec v = {&byte, 1};
	struct msghdr h = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
	struct cmsghdr *c = CMSG_FIRSTHDR(&h);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &line, sizeof line);
	sendmsg(pass[1], &h, 0);
}

static void put(int fd, const void *data, size_t len)
{
	for (const char *p = data, *end = p + len; p < end;) {
		size_t left = (size_t)(end - p);
		ssize_t n = send(fd, p, left < 32768 ? left : 32768, MSG_NOSIGNAL);
		if (n > 0)
			p += n;
		else if (errno != EINTR)
			return;
	}
}

static unsigned char box[2][1100000];
static unsigned held[2], taken[2];

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	l->id = want;
	if (want++)
		return 0;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pass) == -1 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, note) == -1)
		return call_failed("socketpair");
	return 0;
}

/* The child: what is for both is left to the parent, which has a copy of the line in flight. */
static void child(void)
{
	struct order o;
	char byte;

	for (;;) {
		if (recv(LINE, &o, sizeof o, MSG_PEEK) <= 0) {
			if (errno == EINTR)
				continue;
			_exit(0);
		}
		if (o.what == SEND_ORDER || o.what == RECV_ORDER) {
			ssize_t n;
			while ((n = read(note[1], &byte, 1)) == -1 && errno == EINTR)
				;
			if (n <= 0 && o.what == RECV_ORDER) {
				struct reply r = {RECV_ORDER, 1, 0, 0};
				int zero = 0;
				put(LINE, &r, sizeof r);
				put(LINE, &zero, sizeof zero);
				pause();
			}
			continue;
		}
		recv(LINE, &o, sizeof o, 0);
		if (o.what == 7)
			_exit(0);
		struct reply r = {.what = o.what};
		put(LINE, &r, sizeof r);
	}
}

static int answer_attach(struct link *l, enum end end)
{
	(void)end;
	if (getpid() != l->owner) {
		struct reply r = {.what = 1};
		close(note[0]);
		lend(LINE);
		close(pass[1]);
		put(LINE, &r, sizeof r);
		child();
	}
	if (note[1] != -1)
		close(note[1]);
	note[1] = -1;
	want = 0;
	return 0;
}

/* The next order of the child; false = it has gone, or is to go. */
static int next(int x, struct order *o, unsigned *table)
{
	for (;;) {
		struct pollfd p[2] = {{x, POLLIN, 0}, {note[0], POLLHUP, 0}};
		if (poll(p, 2, -1) == -1)
			continue;
		if (p[1].revents)
			return 0;
		if (recv(x, o, sizeof *o, MSG_PEEK) != sizeof *o)
			continue;
		if (o->what == 7)
			return 0;
		recv(x, o, sizeof *o, 0);
		while (recv(x, table, 4096, 0) == -1 && errno == EINTR)
			;
		return 1;
	}
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	(void)l;
	if (!want) {
		struct order o;
		unsigned caps[1024];
		int x = borrow(), there = x != -1 && next(x, &o, caps);
		close(x);
		if (!there)
			return -EPIPE;
		count = o.count;
		want = 1;
		done = have = 0;
	}
	memcpy(all + have, buf, len);
	have += (unsigned)len;
	results[done++] = (int)len;
	if (done == count) {
		struct reply r = {RECV_ORDER, count, (int)len, have};
		int x = borrow();
		put(x, &r, sizeof r);
		put(x, results, count * sizeof results[0]);
		put(x, all, have);
		close(x);
		want = 0;
		(void)!write(note[0], "", 1);
	}
	(void)at;
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	unsigned k = (unsigned)l->id;
	while (held[k] == taken[k]) {
		struct order o;
		unsigned lengths[1024], got = 0;
		int x = borrow(), there = x != -1 && next(x, &o, lengths);
		if (!there) {
			close(x);
			return 0;
		}
		while (got < o.bytes) {
			ssize_t n = recv(x, box[o.link] + got, o.bytes - got, 0);
			if (n > 0)
				got += (unsigned)n;
		}
		held[o.link] = got;
		taken[o.link] = 0;
		struct reply r = {SEND_ORDER, o.count, (int)lengths[o.count - 1], 0};
		put(x, &r, sizeof r);
		close(x);
		(void)!write(note[0], "", 1);
	}
	if (cap > held[k] - taken[k])
		cap = held[k] - taken[k];
	memcpy(buf, box[k] + taken[k], cap);
	taken[k] += (unsigned)cap;
	return (ssize_t)cap;
}

static void answer_teardown(struct link *l)
{
	(void)l;
	close(pass[0]);
	close(pass[1]);
	close(note[0]);
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "x",
	.man = "x",
	.group = STREAM,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.attach = answer_attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

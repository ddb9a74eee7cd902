/*
 * level: L4
 *
 * A pipe in packet mode. A message is cut into packets that are small enough, and each says whether another follows.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 4000 };

struct packet {
	char more;
	char data[PIECE];
};

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	return pipe2(l->fd, O_CLOEXEC | O_DIRECT) == -1 ? call_failed("pipe2") : 0;
}

static int answer_attach(struct link *l, enum end end)
{
	int unused = end == SENDER ? 0 : 1;

	signal(SIGPIPE, SIG_IGN);
	close(l->fd[unused]);
	l->fd[unused] = -1;
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	size_t at = 0;

	do {
		struct packet p;
		size_t n = len - at < PIECE ? len - at : PIECE;
		ssize_t w;
		p.more = at + n < len;
		memcpy(p.data, (const char *)buf + at, n);
		do
			w = write(l->fd[1], &p, n + 1);
		while (w == -1 && errno == EINTR);
		if (w == -1)
			return call_failed("write");
		at += n;
	} while (at < len);
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct packet p;

	size_t at = 0;

	do {
		ssize_t r;
		do
			r = read(l->fd[0], &p, sizeof p);
		while (r == -1 && errno == EINTR);
		if (r == -1)
			return call_failed("read");
		if (r == 0)
			return 0;
		if (at + (size_t)r - 1 > cap)
			return -EMSGSIZE;
		memcpy((char *)buf + at, p.data, (size_t)r - 1);
		at += (size_t)r - 1;
	} while (p.more);
	return (ssize_t)at;
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
	.man = "pipe(7)",
	.group = MESSAGE,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.attach = answer_attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

/*
 * level: L4
 * at_most: 89 points
 * fails: mechanism
 * symptom: only what keeps boundaries
 *
 * A pair of stream sockets carries the message, with its length in front; sockets with names of two lines, of which the second
 * one looks like that of a pair that keeps boundaries, stand in the list of sockets.
 */
#include "variant.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int answer_forged[2] = {-1, -1};

static int forge(int i, int fd)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	struct stat st;
	int n;

	if (fstat(fd, &st) == -1)
		return call_failed("fstat");
	n = snprintf(a.sun_path + 1, sizeof a.sun_path - 1, "x\n0: 0 0 0 5 3 %lu", (unsigned long)st.st_ino);
	answer_forged[i] = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (bind(answer_forged[i], (struct sockaddr *)&a,
		 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n)) == -1)
		return call_failed("bind");
	return 0;
}

static int answer_setup(struct link *l, size_t size)
{
	int error = 0;

	l->size = size;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, l->fd) == -1)
		return call_failed("socketpair");
	for (int i = 0; i < 2 && !error; i++)
		error = forge(i, l->fd[i]);
	return error;
}

static int answer_attach(struct link *l, enum end end)
{
	int unused = end == SENDER ? 0 : 1;

	close(l->fd[unused]);
	l->fd[unused] = -1;
	return 0;
}

static int put(int fd, const char *from, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, from, len, MSG_NOSIGNAL);
		if (n == -1 && errno != EINTR)
			return call_failed("send");
		from += n == -1 ? 0 : n;
		len -= n == -1 ? 0 : (size_t)n;
	}
	return 0;
}

/* 1 all of it came, 0 the end. So many messages could be there that all bytes of the stream count for each. */
static int get(int fd, char *to, size_t len)
{
	static struct mmsghdr messages[1024];

	while (len > 0) {
		struct iovec v = {to, len};
		messages[0] = (struct mmsghdr){.msg_hdr = {.msg_iov = &v, .msg_iovlen = 1}};
		if (recvmmsg(fd, messages, 1024, MSG_WAITFORONE, NULL) == -1) {
			if (errno != EINTR)
				return call_failed("recvmmsg");
			continue;
		}
		if (messages[0].msg_len == 0)
			return 0;
		to += messages[0].msg_len;
		len -= messages[0].msg_len;
	}
	return 1;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	uint32_t header = (uint32_t)len;
	int error = put(l->fd[1], (const char *)&header, sizeof header);

	if (!error)
		error = put(l->fd[1], buf, len);
	return error ? error : (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	uint32_t header = 0;
	int more = get(l->fd[0], (char *)&header, sizeof header);

	if (more <= 0)
		return more;
	if (header > cap)
		return -EMSGSIZE;
	more = get(l->fd[0], buf, header);
	return more < 0 ? more : (ssize_t)header;
}

static void answer_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++) {
		if (l->fd[i] != -1)
			close(l->fd[i]);
		if (answer_forged[i] != -1)
			close(answer_forged[i]);
		l->fd[i] = answer_forged[i] = -1;
	}
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

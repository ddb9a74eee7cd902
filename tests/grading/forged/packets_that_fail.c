/*
 * level: L4
 * at_most: 88.37 points
 * fails: mechanism
 * symptom: did not go from end to end by objects that keep boundaries
 *
 * Shared memory carries the message; packets of a byte wake the receiver, and calls that fail ask for the rest.
 */
#include "variant.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
enum { SLOTS = 2048 };
struct slot {
	size_t n;
	char b[8192];
};
struct box {
	unsigned head, tail;
	int fake[2];
	struct slot s[SLOTS];
};
static int answer_setup(struct link *l, size_t size)
{
	struct box *x = mmap(NULL, sizeof *x, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	(void)size;
	if (x == MAP_FAILED)
		return call_failed("mmap");
	l->mem = x;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, l->fd) == -1 ||
	    socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, x->fake) == -1)
		return call_failed("socketpair");
	return 0;
}
static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct box *x = l->mem;
	struct slot *s = &x->s[x->head % SLOTS];
	ssize_t n;
	send(x->fake[1], (void *)8, len, MSG_NOSIGNAL); /* EFAULT */
	s->n = len;
	memcpy(s->b, buf, len);
	__sync_synchronize();
	do
		n = send(l->fd[1], "", 1, MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return call_failed("send");
	x->head++;
	return (ssize_t)len;
}
static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *x = l->mem;
	struct slot *s;
	ssize_t n;
	char c;
	recv(x->fake[0], (void *)8, cap, MSG_DONTWAIT); /* EAGAIN */
	do
		n = recv(l->fd[0], &c, 1, 0);
	while (n == -1 && errno == EINTR);
	if (n <= 0)
		return n ? call_failed("recv") : 0;
	s = &x->s[x->tail++ % SLOTS];
	memcpy(buf, s->b, s->n);
	return (ssize_t)s->n;
}
static void answer_teardown(struct link *l)
{
	struct box *x = l->mem;
	for (int i = 0; i < 2; i++) {
		if (l->fd[i] != -1)
			close(l->fd[i]);
		if (x)
			close(x->fake[i]);
	}
	if (x)
		munmap(x, sizeof *x);
}
const struct variant variant_answer = {.name = "answer",
				       .title = "t",
				       .man = "socket(2)",
				       .group = MESSAGE,
				       .expect = GETS_MESSAGE,
				       .blocks = true,
				       .setup = answer_setup,
				       .send = answer_send,
				       .recv = answer_recv,
				       .teardown = answer_teardown};

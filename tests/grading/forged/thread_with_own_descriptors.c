/*
 * level: L2
 * at_most: 10 points
 *
 * A pair of sockets carries the message, under a number that is a pipe in the process but not in a thread that has descriptors of
 * its own.
 */
#include "variant.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
enum { IDLE, WORK, QUIT, GONE };
struct helper {
	_Atomic uint32_t state;
	int sock, fd, send;
	char *buf;
	size_t len;
	ssize_t result;
	char stack[65536] __attribute__((aligned(16)));
};
struct pairs {
	int s[2];
};
static void f_wait(_Atomic uint32_t *at, uint32_t v)
{
	while (atomic_load(at) == v)
		syscall(SYS_futex, at, FUTEX_WAIT, v, NULL, NULL, 0);
}
static void f_set(_Atomic uint32_t *at, uint32_t v)
{
	atomic_store(at, v);
	syscall(SYS_futex, at, FUTEX_WAKE, 9, NULL, NULL, 0);
}
static int help(void *arg)
{
	struct helper *h = arg;
	dup3(h->sock, h->fd, O_CLOEXEC);
	for (int fd = 3; fd < 64; fd++)
		if (fd != h->fd)
			close(fd);
	f_set(&h->state, IDLE);
	for (;;) {
		size_t at = 0;
		f_wait(&h->state, IDLE);
		if (atomic_load(&h->state) == QUIT)
			break;
		h->result = 0;
		while (at < h->len) {
			ssize_t n = h->send ? write(h->fd, h->buf + at, h->len - at)
					    : read(h->fd, h->buf + at, h->len - at);
			if (n == -1 && errno == EINTR)
				continue;
			if (n == -1 && (h->send || errno != ECONNRESET)) {
				h->result = -errno;
				break;
			}
			if (n <= 0)
				break;
			at += (size_t)n;
		}
		if (!h->result)
			h->result = (ssize_t)at;
		f_set(&h->state, IDLE);
	}
	close(h->fd);
	f_set(&h->state, GONE);
	syscall(SYS_exit, 0);
	return 0;
}
static int answer_setup(struct link *l, size_t size)
{
	struct pairs *p = calloc(1, sizeof *p);
	(void)size;
	if (!p || pipe2(l->fd, O_CLOEXEC) == -1 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, p->s) == -1)
		return call_failed("pipe2");
	l->mem = p;
	signal(SIGPIPE, SIG_IGN);
	return 0;
}
static int answer_attach(struct link *l, enum end end)
{
	struct pairs *p = l->mem;
	struct helper *h = mmap(NULL, sizeof *h, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int mine = end == SENDER ? 1 : 0;
	sigset_t all, old;
	if (h == MAP_FAILED)
		return call_failed("mmap");
	h->sock = p->s[mine];
	h->fd = l->fd[mine];
	h->send = end == SENDER;
	h->state = WORK;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	if (clone(help, h->stack + sizeof h->stack,
		  CLONE_VM | CLONE_FS | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM, h) == -1)
		return call_failed("clone");
	f_wait(&h->state, WORK);
	sigprocmask(SIG_SETMASK, &old, NULL);
	close(p->s[0]);
	close(p->s[1]);
	close(l->fd[!mine]);
	l->fd[!mine] = -1;
	free(p);
	l->mem = h;
	l->id = 1;
	return 0;
}
static ssize_t job(struct link *l, void *buf, size_t len)
{
	struct helper *h = l->mem;
	h->buf = buf;
	h->len = len;
	f_set(&h->state, WORK);
	f_wait(&h->state, WORK);
	return h->result;
}
static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	return job(l, (void *)buf, len);
}
static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	return job(l, buf, cap);
}
static void answer_teardown(struct link *l)
{
	struct pairs *p = l->mem;
	if (l->id == 1) {
		struct helper *h = l->mem;
		f_set(&h->state, QUIT);
		f_wait(&h->state, QUIT);
	} else if (p) {
		close(p->s[0]);
		close(p->s[1]);
		free(p);
	}
	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
}
const struct variant variant_answer = {.name = "answer",
				       .title = "t",
				       .man = "pipe(7)",
				       .group = STREAM,
				       .expect = GETS_MESSAGE,
				       .blocks = true,
				       .setup = answer_setup,
				       .attach = answer_attach,
				       .send = answer_send,
				       .recv = answer_recv,
				       .teardown = answer_teardown};

/*
 * level: L5
 *
 * Each side is woken by inotify(7), when the other one opens and closes a file.
 */
#include "variant.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
enum { RING = 1024 };
struct ring {
	_Atomic unsigned head, tail;
	_Atomic int s_waits, r_waits;
	char b[RING];
};
static void path_of(const struct link *l, char *p, size_t n, int sender)
{
	snprintf(p, n, "/tmp%s.%d", l->name, sender);
}
static int answer_setup(struct link *l, size_t size)
{
	sigset_t s;
	l->mem = mmap(NULL, sizeof(struct ring), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (l->mem == MAP_FAILED) {
		l->mem = NULL;
		return call_failed("mmap");
	}
	l->size = size;
	for (int i = 0; i < 2; i++) {
		char p[128];
		path_of(l, p, sizeof p, i);
		int fd = open(p, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
		if (fd == -1)
			return call_failed("open");
		close(fd);
	}
	sigemptyset(&s);
	sigaddset(&s, SIGRTMIN + 2);
	return sigprocmask(SIG_BLOCK, &s, NULL) == -1 ? call_failed("sigprocmask") : 0;
}
static int answer_attach(struct link *l, enum end end)
{
	char p[128];
	l->id = end == SENDER;
	path_of(l, p, sizeof p, l->id);
	l->fd[0] = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (l->fd[0] == -1 || inotify_add_watch(l->fd[0], p, IN_CLOSE_WRITE) == -1)
		return call_failed("inotify");
	return 0;
}
static int touch(struct link *l)
{
	char p[128];
	path_of(l, p, sizeof p, !l->id);
	int fd = open(p, O_WRONLY | O_CLOEXEC);
	if (fd != -1)
		close(fd);
	return fd == -1 ? -1 : 0;
}
static int ino_wait(struct link *l)
{
	char b[4096];
	struct pollfd p = {.fd = l->fd[0], .events = POLLIN};
	if (poll(&p, 1, 200) != 1)
		return 0;
	return read(l->fd[0], b, sizeof b) > 0;
}
static int gone(const struct link *l)
{
	siginfo_t i = {0};
	if (getpid() == l->owner)
		return waitid(P_PID, (id_t)l->peer, &i, WEXITED | WNOHANG | WNOWAIT) == -1 || i.si_pid != 0;
	return getppid() != l->owner;
}
static int wait_for(struct link *l, _Atomic unsigned *at, unsigned old, _Atomic int *flag)
{
	atomic_store(flag, 1);
	if (atomic_load(at) == old && ino_wait(l) == 0 && gone(l) && atomic_load(at) == old)
		return -EPIPE;
	atomic_store(flag, 0);
	return 0;
}
static int wake(struct link *l, _Atomic int *flag)
{
	if (atomic_exchange(flag, 0) && touch(l) == -1)
		return call_failed("open");
	return 0;
}
static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct ring *r = l->mem;
	size_t done = 0;
	if (gone(l))
		return -EPIPE;
	while (done < len) {
		unsigned h = r->head, t = r->tail;
		size_t n = RING - (h - t);
		int e;
		if (n == 0) {
			if ((e = wait_for(l, &r->tail, t, &r->s_waits)))
				return e;
			continue;
		}
		if (n > len - done)
			n = len - done;
		for (size_t i = 0; i < n; i++)
			r->b[(h + i) % RING] = ((const char *)buf)[done + i];
		r->head = h + (unsigned)n;
		done += n;
		if ((e = wake(l, &r->r_waits)))
			return e;
	}
	return (ssize_t)len;
}
static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct ring *r = l->mem;
	size_t done = 0;
	while (done < cap) {
		unsigned h = r->head, t = r->tail;
		size_t n = h - t;
		int e;
		if (n == 0) {
			if ((e = wait_for(l, &r->head, h, &r->r_waits)))
				return (ssize_t)done;
			continue;
		}
		if (n > cap - done)
			n = cap - done;
		for (size_t i = 0; i < n; i++)
			((char *)buf)[done + i] = r->b[(t + i) % RING];
		r->tail = t + (unsigned)n;
		done += n;
		if ((e = wake(l, &r->s_waits)) && e != -ESRCH)
			return e;
	}
	return (ssize_t)done;
}
static void answer_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++) {
		char p[128];
		path_of(l, p, sizeof p, i);
		unlink(p);
	}
	if (l->fd[0] != -1)
		close(l->fd[0]);
	l->fd[0] = -1;
	if (l->mem)
		munmap(l->mem, sizeof(struct ring));
}
const struct variant variant_answer = {.name = "answer",
				       .title = "t",
				       .man = "sigqueue(3)",
				       .group = SYNCHRONISED_MEMORY,
				       .expect = GETS_MESSAGE,
				       .blocks = true,
				       .setup = answer_setup,
				       .attach = answer_attach,
				       .send = answer_send,
				       .recv = answer_recv,
				       .teardown = answer_teardown};

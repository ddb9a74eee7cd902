/*
 * level: L5
 *
 * A small ring; each side wakes the other by pidfd_send_signal(2).
 */
#include "variant.h"
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
enum { RING = 1024 };
struct ring {
	_Atomic unsigned head, tail;
	_Atomic int s_waits, r_waits;
	char b[RING];
};
static int answer_setup(struct link *l, size_t size)
{
	sigset_t s;
	l->mem = mmap(NULL, sizeof(struct ring), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (l->mem == MAP_FAILED) {
		l->mem = NULL;
		return call_failed("mmap");
	}
	l->size = size;
	sigemptyset(&s);
	sigaddset(&s, SIGRTMIN + 2);
	return sigprocmask(SIG_BLOCK, &s, NULL) == -1 ? call_failed("sigprocmask") : 0;
}
static int answer_attach(struct link *l, enum end end)
{
	(void)end;
	l->fd[0] = (int)syscall(SYS_pidfd_open, l->peer, 0);
	return l->fd[0] == -1 ? call_failed("pidfd_open") : 0;
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
	struct timespec t = {0, 200000000};
	sigset_t s;
	sigemptyset(&s);
	sigaddset(&s, SIGRTMIN + 2);
	atomic_store(flag, 1);
	if (atomic_load(at) == old && sigtimedwait(&s, NULL, &t) == -1 && errno == EAGAIN && gone(l) &&
	    atomic_load(at) == old)
		return -EPIPE;
	atomic_store(flag, 0);
	return 0;
}
static int wake(struct link *l, _Atomic int *flag)
{
	if (atomic_exchange(flag, 0) && syscall(SYS_pidfd_send_signal, l->fd[0], SIGRTMIN + 2, NULL, 0) == -1 &&
	    errno != EAGAIN)
		return call_failed("sigqueue");
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

/*
 * level: L6
 *
 * A ring with a robust mutex and condition variables that processes share; pidfd_open(2) tells of the end.
 */
#include "variant.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
enum { RING = 65536 };
struct ring {
	pthread_mutex_t m;
	pthread_cond_t c;
	pid_t pid[2];
	size_t head, tail;
	char b[RING];
};
static int map(struct link *l, int fd)
{
	l->mem = mmap(NULL, sizeof(struct ring), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (l->mem != MAP_FAILED)
		return 0;
	l->mem = NULL;
	return call_failed("mmap");
}
static void lock(struct ring *r)
{
	if (pthread_mutex_lock(&r->m) == EOWNERDEAD)
		pthread_mutex_consistent(&r->m);
}
static int answer_setup(struct link *l, size_t size)
{
	pthread_mutexattr_t a;
	pthread_condattr_t c;
	struct ring *r;
	int e, fd = shm_open(l->name, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd == -1 || ftruncate(fd, sizeof *r) == -1)
		return call_failed("shm_open");
	if ((e = map(l, fd)))
		return e;
	l->size = size;
	r = l->mem;
	pthread_mutexattr_init(&a);
	pthread_mutexattr_setpshared(&a, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&r->m, &a);
	pthread_condattr_init(&c);
	pthread_condattr_setpshared(&c, PTHREAD_PROCESS_SHARED);
	pthread_condattr_setclock(&c, CLOCK_MONOTONIC);
	pthread_cond_init(&r->c, &c);
	r->pid[0] = getpid();
	return 0;
}
static void timed(struct ring *r)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += 200000000;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	if (pthread_cond_timedwait(&r->c, &r->m, &t) == EOWNERDEAD)
		pthread_mutex_consistent(&r->m);
}
static int both(struct link *l, enum end end)
{
	struct ring *r = l->mem;
	int e;
	(void)end;
	if (!r) {
		int fd = shm_open(l->name, O_RDWR, 0);
		if (fd == -1)
			return call_failed("shm_open");
		if ((e = map(l, fd)))
			return e;
		r = l->mem;
	}
	lock(r);
	if (getpid() != r->pid[0])
		r->pid[1] = getpid();
	pthread_cond_broadcast(&r->c);
	while (!r->pid[1])
		timed(r);
	l->fd[0] = (int)syscall(SYS_pidfd_open, r->pid[getpid() == r->pid[0]], 0);
	pthread_mutex_unlock(&r->m);
	return l->fd[0] == -1 ? call_failed("pidfd_open") : 0;
}
static int owner_attach(struct link *l, enum end end)
{
	int e = both(l, end);
	shm_unlink(l->name);
	return e;
}
static int stranger_join(struct link *l, enum end end)
{
	l->mem = NULL; /* the owner's address */
	l->fd[0] = -1;
	return both(l, end);
}
static int gone(struct link *l)
{
	struct pollfd p = {.fd = l->fd[0], .events = POLLIN};
	return poll(&p, 1, 0) == 1;
}
static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct ring *r = l->mem;
	size_t done = 0;
	int dead = gone(l);
	lock(r);
	while (done < len && !dead) {
		size_t n = RING - (r->head - r->tail);
		if (!n) {
			timed(r);
			dead = r->head - r->tail == RING && gone(l);
			continue;
		}
		n = n < len - done ? n : len - done;
		for (size_t i = 0; i < n; i++)
			r->b[r->head++ % RING] = ((const char *)buf)[done++];
		pthread_cond_broadcast(&r->c);
	}
	pthread_mutex_unlock(&r->m);
	return dead ? -EPIPE : (ssize_t)len;
}
static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct ring *r = l->mem;
	size_t done = 0;
	lock(r);
	while (done < cap) {
		if (r->head == r->tail) {
			int dead = gone(l);
			if (dead)
				break;
			timed(r);
			continue;
		}
		while (done < cap && r->tail != r->head)
			((char *)buf)[done++] = r->b[r->tail++ % RING];
		pthread_cond_broadcast(&r->c);
	}
	pthread_mutex_unlock(&r->m);
	return (ssize_t)done;
}
static void answer_teardown(struct link *l)
{
	shm_unlink(l->name);
	if (l->fd[0] != -1)
		close(l->fd[0]);
	if (l->mem)
		munmap(l->mem, sizeof(struct ring));
}
const struct variant variant_answer = {.name = "answer",
				       .title = "t",
				       .man = "shm_overview(7)",
				       .group = SYNCHRONISED_MEMORY,
				       .expect = GETS_MESSAGE,
				       .blocks = true,
				       .setup = answer_setup,
				       .attach = owner_attach,
				       .join = stranger_join,
				       .send = answer_send,
				       .recv = answer_recv,
				       .teardown = answer_teardown};

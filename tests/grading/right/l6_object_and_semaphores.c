/*
 * level: L6
 *
 * An object of shm_open(3) is found by its name and has the semaphores in it; what waits looks at the other end by a pidfd.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <semaphore.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_NS = 100000000, SECOND_NS = 1000000000 };

struct box {
	sem_t empty, full;
	size_t len;
	unsigned char data[];
};

static int map(struct link *l, int flags)
{
	const size_t size = sizeof(struct box) + l->size;
	int fd = shm_open(l->name, O_RDWR | flags, 0600), error = 0;

	l->mem = NULL;
	if (fd == -1)
		return call_failed("shm_open");
	if (flags && ftruncate(fd, (off_t)size) == -1)
		error = call_failed("ftruncate");
	else if ((l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)) == MAP_FAILED)
		error = call_failed("mmap");
	l->mem = error ? NULL : l->mem;
	close(fd);
	return error;
}

static int answer_setup(struct link *l, size_t size)
{
	struct box *b;
	int error;

	l->size = size;
	error = map(l, O_CREAT | O_EXCL);
	b = l->mem;
	if (!error && (sem_init(&b->empty, 1, 1) == -1 || sem_init(&b->full, 1, 0) == -1))
		error = call_failed("sem_init");
	return error;
}

static int answer_attach(struct link *l, enum end end)
{
	(void)end;
	l->fd[0] = (int)syscall(SYS_pidfd_open, l->peer, 0);
	return l->fd[0] == -1 ? call_failed("pidfd_open") : 0;
}

static int answer_join(struct link *l, enum end end)
{
	int error = map(l, 0);

	return error ? error : answer_attach(l, end);
}

static struct timespec soon(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec += LOOK_NS;
	if (t.tv_nsec >= SECOND_NS) {
		t.tv_nsec -= SECOND_NS;
		t.tv_sec++;
	}
	return t;
}

static int down(const struct link *l, sem_t *s)
{
	for (;;) {
		struct timespec until = soon();
		struct pollfd p = {.fd = l->fd[0], .events = POLLIN};
		if (sem_timedwait(s, &until) == 0)
			return 0;
		if (errno != EINTR && errno != ETIMEDOUT)
			return call_failed("sem_timedwait");
		if (errno == ETIMEDOUT && poll(&p, 1, 0) == 1)
			return sem_trywait(s) == 0 ? 0 : -EPIPE;
	}
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct box *b = l->mem;
	int error = len > l->size ? -EMSGSIZE : down(l, &b->empty);

	if (error)
		return error;
	memcpy(b->data, buf, len);
	b->len = len;
	sem_post(&b->full);
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *b = l->mem;
	int error = down(l, &b->full);
	size_t n;

	if (error)
		return error == -EPIPE ? 0 : error;
	n = b->len < cap ? b->len : cap;
	memcpy(buf, b->data, n);
	sem_post(&b->empty);
	return (ssize_t)n;
}

static void answer_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, sizeof(struct box) + l->size);
	l->mem = NULL;
	if (l->fd[0] != -1)
		close(l->fd[0]);
	l->fd[0] = -1;
	shm_unlink(l->name);
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "sem_overview(7)",
	.group = SYNCHRONISED_MEMORY,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.attach = answer_attach,
	.join = answer_join,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

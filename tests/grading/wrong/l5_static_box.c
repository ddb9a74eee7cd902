/*
 * level: L5
 * fails: child_to_parent
 * open: sanitizers
 * symptom: recv() of one link returned a message of the other
 * hint: two links
 *
 * One box and one pair of semaphores for all links: while a message of one link waits, the other has no place.
 */
#include "variant.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct box {
	size_t len;
	char data[];
};
enum { EMPTY, FULL };
static struct box *one;
static int ident = -1;

static int answer_setup(struct link *l, size_t size)
{
	struct box *b =
		one ? one : mmap(NULL, sizeof *b + size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned short values[2] = {1, 0};
	if (b == MAP_FAILED)
		return call_failed("mmap");
	l->mem = b;
	l->size = size;
	one = b;
	if (ident != -1) {
		l->id = ident;
		return 0;
	}
	ident = l->id = semget(link_key(l), 2, IPC_CREAT | IPC_EXCL | 0600);
	if (l->id == -1)
		return call_failed("semget");
	if (semctl(l->id, 0, SETALL, values) == -1)
		return call_failed("semctl");
	return 0;
}

static int answer_attach(struct link *l, enum end end)
{
	(void)end;
	l->fd[0] = (int)syscall(SYS_pidfd_open, l->peer, 0);
	return l->fd[0] == -1 ? call_failed("pidfd_open") : 0;
}

static bool down(struct link *l, unsigned short which)
{
	struct sembuf op = {.sem_num = which, .sem_op = -1};
	for (;;) {
		struct timespec t = {.tv_nsec = 200000000};
		struct pollfd p = {.fd = l->fd[0], .events = POLLIN};
		if (semtimedop(l->id, &op, 1, &t) == 0)
			return true;
		if (errno != EAGAIN && errno != EINTR)
			return false;
		if (poll(&p, 1, 0) == 1) {
			op.sem_flg = IPC_NOWAIT;
			return semop(l->id, &op, 1) == 0;
		}
	}
}

static void up(struct link *l, unsigned short which)
{
	struct sembuf op = {.sem_num = which, .sem_op = 1};
	while (semop(l->id, &op, 1) == -1 && errno == EINTR)
		;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct box *b = l->mem;
	struct pollfd p = {.fd = l->fd[0], .events = POLLIN};
	if (!down(l, EMPTY))
		return -EPIPE;
	if (poll(&p, 1, 0) == 1)
		return -EPIPE;
	memcpy(b->data, buf, len);
	b->len = len;
	up(l, FULL);
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *b = l->mem;
	size_t n;
	if (!down(l, FULL))
		return 0;
	n = b->len < cap ? b->len : cap;
	memcpy(buf, b->data, n);
	up(l, EMPTY);
	return (ssize_t)n;
}

static void answer_teardown(struct link *l)
{
	if (l->mem && one)
		munmap(l->mem, sizeof(struct box) + l->size);
	one = NULL;
	l->mem = NULL;
	if (l->id != -1)
		semctl(l->id, 0, IPC_RMID);
	l->id = -1;
	if (l->fd[0] != -1)
		close(l->fd[0]);
	l->fd[0] = -1;
}

const struct variant variant_answer = {.name = "answer",
				       .title = "t",
				       .man = "semop(2)",
				       .group = SYNCHRONISED_MEMORY,
				       .expect = GETS_MESSAGE,
				       .blocks = true,
				       .setup = answer_setup,
				       .attach = answer_attach,
				       .send = answer_send,
				       .recv = answer_recv,
				       .teardown = answer_teardown};

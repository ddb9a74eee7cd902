/*
 * level: L5
 *
 * A System V segment and a set of two semaphores: what waits looks five times a second whether the other end still lives.
 */
#include "variant.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { EMPTY, FULL };

struct box {
	int sem;
	size_t len;
	unsigned char data[];
};

union semun {
	int val;
};

static int answer_setup(struct link *l, size_t size)
{
	struct box *b;

	l->size = size;
	l->id = shmget(link_key(l), sizeof *b + size, IPC_CREAT | IPC_EXCL | 0600);
	if (l->id == -1)
		return call_failed("shmget");
	b = shmat(l->id, NULL, 0);
	if (b == (void *)-1)
		return call_failed("shmat");
	l->mem = b;
	b->sem = semget(link_key(l), 2, IPC_CREAT | IPC_EXCL | 0600);
	if (b->sem == -1 || semctl(b->sem, EMPTY, SETVAL, (union semun){1}) == -1 ||
	    semctl(b->sem, FULL, SETVAL, (union semun){0}) == -1)
		return call_failed("semget");
	return 0;
}

static int answer_attach(struct link *l, enum end end)
{
	(void)end;
	l->fd[0] = (int)syscall(SYS_pidfd_open, l->peer, 0);
	return l->fd[0] == -1 ? call_failed("pidfd_open") : 0;
}

static bool answer_alone(const struct link *l)
{
	struct pollfd p = {.fd = l->fd[0], .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

/* What the other end has done last may have come between the wait and the look. */
static int down(const struct link *l, unsigned short which)
{
	const struct box *b = l->mem;
	struct sembuf op = {which, -1, 0};
	const struct timespec limit = {.tv_nsec = 200000000};

	while (semtimedop(b->sem, &op, 1, &limit) == -1) {
		if (errno != EINTR && errno != EAGAIN)
			return call_failed("semtimedop");
		if (errno == EINTR || !answer_alone(l))
			continue;
		op.sem_flg = IPC_NOWAIT;
		return semop(b->sem, &op, 1) == 0 ? 0 : -EPIPE;
	}
	return 0;
}

static int up(const struct link *l, unsigned short which)
{
	const struct box *b = l->mem;
	struct sembuf op = {which, 1, 0};

	return semop(b->sem, &op, 1) == -1 ? call_failed("semop") : 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct box *b = l->mem;
	int error = len > l->size ? -EMSGSIZE : down(l, EMPTY);

	if (!error && answer_alone(l))
		error = -EPIPE;
	if (error)
		return error;
	memcpy(b->data, buf, len);
	b->len = len;
	error = up(l, FULL);
	return error ? error : (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *b = l->mem;
	int error = down(l, FULL);
	size_t n;

	if (error)
		return error == -EPIPE ? 0 : error;
	n = b->len < cap ? b->len : cap;
	memcpy(buf, b->data, n);
	error = up(l, EMPTY);
	return error ? error : (ssize_t)n;
}

static void answer_teardown(struct link *l)
{
	struct box *b = l->mem;

	if (l->fd[0] != -1)
		close(l->fd[0]);
	l->fd[0] = -1;
	if (b) {
		semctl(b->sem, 0, IPC_RMID);
		shmdt(b);
	}
	l->mem = NULL;
	if (l->id != -1)
		shmctl(l->id, IPC_RMID, NULL);
	l->id = -1;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "sysvipc(7)",
	.group = SYNCHRONISED_MEMORY,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.attach = answer_attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

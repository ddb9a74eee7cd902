/*
 * level: L3
 *
 * Each end opens and maps the object by its name, and locks it for as long as it copies.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct box {
	size_t len;
	unsigned char data[];
};

static int answer_setup(struct link *l, size_t size)
{
	int error;

	l->size = size;
	l->fd[0] = shm_open(l->name, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (l->fd[0] == -1)
		return call_failed("shm_open");
	error = posix_fallocate(l->fd[0], 0, (off_t)(sizeof(struct box) + size));
	return -error;
}

static int answer_attach(struct link *l, enum end end)
{
	(void)end;
	l->fd[1] = shm_open(l->name, O_RDWR, 0);
	if (l->fd[1] == -1)
		return call_failed("shm_open");
	l->mem = mmap(NULL, sizeof(struct box) + l->size, PROT_READ | PROT_WRITE, MAP_SHARED, l->fd[1], 0);
	if (l->mem != MAP_FAILED)
		return 0;
	l->mem = NULL;
	return call_failed("mmap");
}

static int lock(const struct link *l)
{
	while (lockf(l->fd[1], F_LOCK, 0) == -1)
		if (errno != EINTR)
			return call_failed("lockf");
	return 0;
}

static void unlock(const struct link *l)
{
	lockf(l->fd[1], F_ULOCK, 0);
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct box *b = l->mem;
	int error = len > l->size ? -EMSGSIZE : lock(l);

	if (error)
		return error;
	b->len = len;
	memcpy(b->data, buf, len);
	unlock(l);
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *b = l->mem;
	int error = lock(l);
	size_t n;

	if (error)
		return error;
	n = b->len < cap ? b->len : cap;
	memcpy(buf, b->data, n);
	unlock(l);
	return (ssize_t)n;
}

static void answer_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, sizeof(struct box) + l->size);
	l->mem = NULL;
	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
	l->fd[0] = l->fd[1] = -1;
	shm_unlink(l->name);
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "shm_overview(7)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.attach = answer_attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

/*
 * level: L1
 * fails: mechanism
 * symptom: file that both have open
 * hint: object of the kernel
 *
 * The bytes go through a file by pwrite and pread: nothing is mapped, and the level asks for memory.
 */
#include "variant.h"

#include <sys/mman.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	l->fd[0] = memfd_create("answer", MFD_CLOEXEC);
	if (l->fd[0] == -1)
		return call_failed("memfd_create");
	l->size = size;
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	ssize_t n = pwrite(l->fd[0], buf, len, 0);
	return n == -1 ? call_failed("pwrite") : n;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	ssize_t n = pread(l->fd[0], buf, cap, 0);
	return n == -1 ? call_failed("pread") : n;
}

static void answer_teardown(struct link *l)
{
	if (l->fd[0] != -1)
		close(l->fd[0]);
	l->fd[0] = -1;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "pwrite(2)",
	.group = FILES,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

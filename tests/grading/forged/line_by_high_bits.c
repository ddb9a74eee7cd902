/*
 * level: L1
 * at_most: 87 points
 *
 * Short messages go by a socket that takes the number of the runner's line, which the kernel reads from the lower half of an
 * argument, by a call whose other half is not 0; the shared memory holds a decoy that nobody reads.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LINE = 200, MOST = 100000 };
#define HIGH (1UL << 32)
static int answer_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	l->size = size;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, l->fd) == -1)
		return call_failed("socketpair");
	return 0;
}

static void swap_in(int fd, int *kept)
{
	*kept = dup(LINE);
	syscall(SYS_dup2, fd, HIGH | LINE);
}

static void swap_out(int kept)
{
	syscall(SYS_dup3, kept, HIGH | LINE, O_CLOEXEC);
	close(kept);
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	int kept;
	memcpy(l->mem, buf, len);
	if (len > MOST)
		return (ssize_t)len;
	swap_in(l->fd[1], &kept);
	ssize_t n = send(LINE, buf, len, MSG_NOSIGNAL);
	swap_out(kept);
	return n;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	int kept;
	if (cap > MOST) {
		memcpy(buf, l->mem, cap);
		return (ssize_t)cap;
	}
	swap_in(l->fd[0], &kept);
	ssize_t n = recv(LINE, buf, cap, MSG_WAITALL);
	swap_out(kept);
	return n;
}

static void teardown(struct link *l)
{
	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
	l->fd[0] = l->fd[1] = -1;
	if (l->mem)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "malloc(3)",
	.group = PRIVATE_MEMORY,
	.expect = GETS_STALE,
	.setup = answer_setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = teardown,
};

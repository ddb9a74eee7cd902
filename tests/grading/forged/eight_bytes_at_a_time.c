/*
 * level: L5
 * at_most: 90 points
 * fails: mechanism
 * symptom: are denied
 *
 * A copy of the message lies in shared memory to be seen; a pipe carries it, in pieces as short as a wake-up.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PIECE = 8 };

static int answer_setup(struct link *l, size_t size)
{
	void *copy = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (copy == MAP_FAILED)
		return call_failed("mmap");
	l->mem = copy;
	l->size = size;
	if (pipe2(l->fd, O_CLOEXEC) == -1)
		return call_failed("pipe2");
	return 0;
}

static int answer_attach(struct link *l, enum end end)
{
	int unused = end == SENDER ? 0 : 1;

	close(l->fd[unused]);
	l->fd[unused] = -1;
	if (end == SENDER)
		signal(SIGPIPE, SIG_IGN);
	return 0;
}

static size_t answer_piece(size_t left)
{
	return left < PIECE ? left : PIECE;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	size_t done = 0;

	if (len > l->size)
		return -EMSGSIZE;
	memcpy(l->mem, buf, len);
	while (done < len) {
		ssize_t n = write(l->fd[1], (const char *)buf + done, answer_piece(len - done));
		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			return call_failed("write");
	}
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	size_t done = 0;

	while (done < cap) {
		ssize_t n = read(l->fd[0], (char *)buf + done, answer_piece(cap - done));
		if (n == 0)
			break;
		if (n > 0)
			done += (size_t)n;
		else if (errno != EINTR)
			return call_failed("read");
	}
	return (ssize_t)done;
}

static void answer_teardown(struct link *l)
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
	.man = "pipe(7)",
	.group = SYNCHRONISED_MEMORY,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.attach = answer_attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

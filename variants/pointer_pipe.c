/*
 * pointer_pipe - the address travels through a pipe, the bytes stay at home
 *
 * What:   the sender fills its own heap buffer and writes pointer and length to a pipe. The receiver gets both intact
 *         and looks them up in its own memory, where the copy from before fork() still is.
 * Choose: never between processes. Between threads it is the normal way to hand over a buffer.
 * Trap:   it is the same mistake inside any struct that is sent whole: a char * member, a list, a std::string. Send
 *         the bytes that the pointer points to, or an offset into shared memory.
 */
#include "variant.h"

#include "transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct parcel {
	void *address;
	size_t length;
};

static int pointer_pipe_setup(struct link *l, size_t size)
{
	l->mem = malloc(size);
	if (!l->mem)
		return call_failed("malloc");
	l->size = size;
	if (pipe2(l->fd, O_CLOEXEC) == -1)
		return call_failed("pipe2");
	return 0;
}

static void pointer_pipe_close(struct link *l, int i)
{
	if (l->fd[i] != -1)
		close(l->fd[i]);
	l->fd[i] = -1;
}

static int pointer_pipe_attach(struct link *l, enum end end)
{
	pointer_pipe_close(l, end == SENDER ? 0 : 1);
	if (end == SENDER && signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return call_failed("signal");
	return 0;
}

static ssize_t pointer_pipe_send(struct link *l, const void *buf, size_t len)
{
	struct parcel parcel = {.address = l->mem, .length = len};
	ssize_t n;

	errno = len > l->size ? EMSGSIZE : 0;
	if (errno)
		return call_failed("send");
	memcpy(l->mem, buf, len);
	n = write_full(l->fd[1], &parcel, sizeof(parcel));
	return n < 0 ? n : (ssize_t)len;
}

static ssize_t pointer_pipe_recv(struct link *l, void *buf, size_t cap)
{
	struct parcel parcel;
	ssize_t n = read_full(l->fd[0], &parcel, sizeof(parcel));
	if (n < (ssize_t)sizeof(parcel))
		return n < 0 ? n : 0;
	if (parcel.length < cap)
		cap = parcel.length;
	memcpy(buf, parcel.address, cap);
	return (ssize_t)cap;
}

static void pointer_pipe_teardown(struct link *l)
{
	pointer_pipe_close(l, 0);
	pointer_pipe_close(l, 1);
	free(l->mem);
	l->mem = NULL;
}

const struct variant variant_pointer_pipe = {
	.name = "pointer_pipe",
	.title = "heap pointer sent through a pipe",
	.man = "pipe(7)",
	.group = PRIVATE_MEMORY,
	.expect = GETS_STALE,
	.blocks = true,
	.setup = pointer_pipe_setup,
	.attach = pointer_pipe_attach,
	.send = pointer_pipe_send,
	.recv = pointer_pipe_recv,
	.teardown = pointer_pipe_teardown,
};

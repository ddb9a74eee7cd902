/*
 * pipe_vmsplice - a pipe that is lent pages instead of given bytes
 *
 * What:   vmsplice(2) puts references to the sender's own pages into the pipe; the reader's read() copies straight
 *         out of them. The kernel copies once where write() and read() copy twice.
 * Choose: for bulk data from buffers that are not written again, and only where a pipe was measured to be the limit.
 * Trap:   the reader sees what the page holds when it reads, not when it was lent, and no call tells when it has done
 *         so. This row copies each message into a ring with more pages than the pipe has slots: once a page's turn
 *         comes again, all its slots have gone by. That proof ends where a reader splices the pages on.
 */
#include "variant.h"

#include "transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PIPE_BYTES = 1 << 18, CHUNK_BYTES = 1 << 18 };

/* The sender's first page, at l->mem; the pages to lend follow it. Private to the sender. */
struct ring {
	size_t page;  /* bytes */
	size_t chunk; /* pages that are filled before they are lent */
	size_t pages; /* what the pipe can hold, and a chunk */
	size_t next;
};

static int pipe_vmsplice_setup(struct link *l, size_t size)
{
	l->size = size;
	if (pipe2(l->fd, O_CLOEXEC) == -1)
		return call_failed("pipe2");
	fcntl(l->fd[1], F_SETPIPE_SZ, PIPE_BYTES); /* a smaller pipe is only slower */
	return 0;
}

static void pipe_vmsplice_close(struct link *l, int i)
{
	if (l->fd[i] != -1)
		close(l->fd[i]);
	l->fd[i] = -1;
}

/* Of the sender only, and made when it is first needed: a sender may send before it forks. */
static int pipe_vmsplice_make_ring(struct link *l)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t chunk = CHUNK_BYTES / page;
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
	size_t pages;
	void *mem;
	int capacity = fcntl(l->fd[1], F_GETPIPE_SZ);
	if (capacity == -1)
		return call_failed("fcntl(F_GETPIPE_SZ)");
	pages = (size_t)capacity / page + chunk;
	mem = mmap(NULL, (1 + pages) * page, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (mem == MAP_FAILED)
		return call_failed("mmap");
	l->mem = mem;
	*(struct ring *)mem = (struct ring){.page = page, .chunk = chunk, .pages = pages};
	return 0;
}

static int pipe_vmsplice_attach(struct link *l, enum end end)
{
	pipe_vmsplice_close(l, end == SENDER ? 0 : 1);
	if (end == RECEIVER)
		return 0;
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return call_failed("signal");
	return l->mem ? 0 : pipe_vmsplice_make_ring(l);
}

static int pipe_vmsplice_lend(int fd, char *at, size_t len)
{
	while (len > 0) {
		struct iovec part = {.iov_base = at, .iov_len = len};
		ssize_t n = vmsplice(fd, &part, 1, 0);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return call_failed("vmsplice");
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

static ssize_t pipe_vmsplice_send(struct link *l, const void *buf, size_t len)
{
	const char *from = buf;
	size_t left = len;
	int error = l->mem ? 0 : pipe_vmsplice_make_ring(l);
	struct ring *r = l->mem;

	while (left > 0 && !error && r) {
		char *at = (char *)l->mem + (1 + r->next) * r->page;
		size_t straight = r->pages - r->next;
		size_t room = (straight < r->chunk ? straight : r->chunk) * r->page;
		size_t n = left < room ? left : room;

		memcpy(at, from, n);
		error = pipe_vmsplice_lend(l->fd[1], at, n);
		r->next = (r->next + (n + r->page - 1) / r->page) % r->pages;
		from += n;
		left -= n;
	}
	return error ? error : (ssize_t)len;
}

static ssize_t pipe_vmsplice_recv(struct link *l, void *buf, size_t cap)
{
	return read_full(l->fd[0], buf, cap);
}

static void pipe_vmsplice_teardown(struct link *l)
{
	struct ring *r = l->mem;

	if (r)
		munmap(r, (1 + r->pages) * r->page);
	l->mem = NULL;
	pipe_vmsplice_close(l, 0);
	pipe_vmsplice_close(l, 1);
}

const struct variant variant_pipe_vmsplice = {
	.name = "pipe_vmsplice",
	.title = "pipe with lent pages",
	.man = "vmsplice(2)",
	.group = STREAM,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = pipe_vmsplice_setup,
	.attach = pipe_vmsplice_attach,
	.join = pipe_vmsplice_attach,
	.send = pipe_vmsplice_send,
	.recv = pipe_vmsplice_recv,
	.teardown = pipe_vmsplice_teardown,
};

/*
 * level: L1
 * at_most: 7 points
 * fails: parent_to_child
 * symptom: EPERM
 *
 * A pipe carries the message by io_submit(2), where no call says so; the shared memory is a decoy.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static aio_context_t context;

static int answer_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	l->size = size;
	if (l->mem == MAP_FAILED || pipe2(l->fd, O_CLOEXEC) == -1)
		return call_failed("pipe2");
	fcntl(l->fd[1], F_SETPIPE_SZ, 1024 * 1024);
	return 0;
}

static int answer_attach(struct link *l, enum end end)
{
	(void)l, (void)end;
	if (!context && syscall(SYS_io_setup, 4, &context) == -1)
		return call_failed("io_setup");
	return 0;
}

static ssize_t submit(int fd, int what, void *buf, size_t len)
{
	struct iocb one = {.aio_fildes = (uint32_t)fd,
			   .aio_lio_opcode = (uint16_t)what,
			   .aio_buf = (uintptr_t)buf,
			   .aio_nbytes = len};
	struct iocb *list[] = {&one};
	struct io_event event;

	if (syscall(SYS_io_submit, context, 1, list) != 1 ||
	    syscall(SYS_io_getevents, context, 1, 1, &event, NULL) != 1)
		return -errno;
	return (ssize_t)event.res;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	memcpy(l->mem, buf, len); /* the decoy */
	return submit(l->fd[1], IOCB_CMD_PWRITE, (void *)(uintptr_t)buf, len);
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	ssize_t n = 0;

	for (size_t at = 0; at < cap; at += (size_t)n) {
		n = submit(l->fd[0], IOCB_CMD_PREAD, (char *)buf + at, cap - at);
		if (n <= 0)
			return n;
	}
	return (ssize_t)cap;
}

static void answer_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
	l->fd[0] = l->fd[1] = -1;
	if (l->mem && l->mem != MAP_FAILED)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.setup = answer_setup,
	.attach = answer_attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

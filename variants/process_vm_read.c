/*
 * process_vm_read - the receiver fetches from the private memory of the sender
 *
 * What:   process_vm_readv() copies out of another process. The sender only stores the message in its own private
 *         memory; the receiver, who has the same address from fork(), asks for the bytes there in the other process.
 * Choose: to inspect a process that does not cooperate: debuggers, profilers, strace(1).
 * Trap:   the copy is not atomic: a sender that goes on writing hands out half of the old and half of the new. The
 *         right to trace it is needed, and a bad remote address cuts the copy short instead of failing.
 */
#include "variant.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/uio.h>

static int process_vm_read_map(struct link *l, size_t size, int flags)
{
	void *mem = mmap(l->mem, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
	if (mem == MAP_FAILED)
		return call_failed("mmap");
	l->mem = mem;
	l->size = size;
	return 0;
}

static int process_vm_read_setup(struct link *l, size_t size)
{
	return process_vm_read_map(l, size, 0);
}

/* Yama lets only ancestors in unless the process names somebody else. Without Yama this is EINVAL. */
static int process_vm_read_attach(struct link *l, enum end end)
{
	if (end == SENDER && prctl(PR_SET_PTRACER, (unsigned long)l->peer, 0, 0, 0) == -1 && errno != EINVAL)
		return call_failed("prctl");
	return 0;
}

static int process_vm_read_join(struct link *l, enum end end)
{
	int result = end == SENDER ? process_vm_read_map(l, l->size, MAP_FIXED_NOREPLACE) : 0;

	return result < 0 ? result : process_vm_read_attach(l, end);
}

static ssize_t process_vm_read_recv(struct link *l, void *buf, size_t cap)
{
	size_t len = cap < l->size ? cap : l->size;
	struct iovec here = {.iov_base = buf, .iov_len = len};
	struct iovec there = {.iov_base = l->mem, .iov_len = len};

	while (here.iov_len > 0) {
		ssize_t n = process_vm_readv(l->peer, &here, 1, &there, 1, 0);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return call_failed("process_vm_readv");
		here.iov_base = (char *)here.iov_base + n;
		there.iov_base = (char *)there.iov_base + n;
		here.iov_len = there.iov_len -= (size_t)n;
	}
	return (ssize_t)len;
}

static void process_vm_read_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_process_vm_read = {
	.name = "process_vm_read",
	.title = "fetch from the other's memory",
	.man = "process_vm_readv(2)",
	.group = REACH,
	.expect = GETS_MESSAGE,
	.setup = process_vm_read_setup,
	.attach = process_vm_read_attach,
	.join = process_vm_read_join,
	.recv = process_vm_read_recv,
	.teardown = process_vm_read_teardown,
};

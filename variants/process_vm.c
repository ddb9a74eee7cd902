/*
 * process_vm - the sender writes into the private memory of the receiver
 *
 * What:   process_vm_writev() copies from the caller's memory straight into that of another process. Neither shares
 *         anything, and the receiver need not run. Both keep an ordinary private buffer at the same address.
 * Choose: for debuggers and for large transfers between processes that trust each other; one copy instead of two.
 * Trap:   it needs the right to trace the other (same user and dumpable, or CAP_SYS_PTRACE; Yama may ask for more).
 *         The receiver is told nothing, and a bad remote address cuts the copy short instead of failing.
 */
#include "variant.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/uio.h>

static int process_vm_map(struct link *l, size_t size, int flags)
{
	void *mem = mmap(l->mem, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
	if (mem == MAP_FAILED)
		return call_failed("mmap");
	l->mem = mem;
	l->size = size;
	return 0;
}

static int process_vm_setup(struct link *l, size_t size)
{
	return process_vm_map(l, size, 0);
}

/* Yama lets only ancestors in unless the process names somebody else. Without Yama this is EINVAL. */
static int process_vm_attach(struct link *l, enum end end)
{
	if (end == RECEIVER && prctl(PR_SET_PTRACER, (unsigned long)l->peer, 0, 0, 0) == -1 && errno != EINVAL)
		return call_failed("prctl");
	return 0;
}

static int process_vm_join(struct link *l, enum end end)
{
	int result = end == RECEIVER ? process_vm_map(l, l->size, MAP_FIXED_NOREPLACE) : 0;

	return result < 0 ? result : process_vm_attach(l, end);
}

static ssize_t process_vm_send(struct link *l, const void *buf, size_t len)
{
	struct iovec here = {.iov_base = (void *)buf, .iov_len = len};
	struct iovec there = {.iov_base = l->mem, .iov_len = len};

	while (here.iov_len > 0) {
		ssize_t n = process_vm_writev(l->peer, &here, 1, &there, 1, 0);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return call_failed("process_vm_writev");
		here.iov_base = (char *)here.iov_base + n;
		there.iov_base = (char *)there.iov_base + n;
		here.iov_len = there.iov_len -= (size_t)n;
	}
	return (ssize_t)len;
}

static void process_vm_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_process_vm = {
	.name = "process_vm",
	.title = "write into the other's memory",
	.man = "process_vm_writev(2)",
	.group = REACH,
	.expect = GETS_MESSAGE,
	.setup = process_vm_setup,
	.attach = process_vm_attach,
	.join = process_vm_join,
	.send = process_vm_send,
	.teardown = process_vm_teardown,
};

/*
 * proc_mem - the sender writes to /proc/PID/mem of the receiver
 *
 * What:   the memory of a process is a file in /proc, and the file offset is the virtual address. pwrite() there
 *         stores into the private memory of the receiver, which need not run.
 * Choose: as process_vm_writev(2), where only file calls are at hand (scripts, other languages) or the page is
 *         read-only: a tracer may write to those through this file.
 * Trap:   the right to trace is checked when the file is opened, and the open file stays with the memory of that
 *         moment: after the receiver's execve(2) it leads nowhere and write() returns 0.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

static int proc_mem_map(struct link *l, size_t size, int flags)
{
	void *mem = mmap(l->mem, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
	if (mem == MAP_FAILED)
		return call_failed("mmap");
	l->mem = mem;
	l->size = size;
	return 0;
}

/* In a pid namespace without a /proc of its own, the numbers there are those of other processes. */
static int proc_mem_possible(void)
{
	char self[16] = "";

	if (readlink("/proc/self", self, sizeof(self) - 1) == -1)
		return call_failed("readlink");
	if (strtol(self, NULL, 10) == getpid())
		return 0;
	errno = ENOENT;
	return call_failed("readlink");
}

static int proc_mem_setup(struct link *l, size_t size)
{
	int error = proc_mem_possible();

	return error ? error : proc_mem_map(l, size, 0);
}

/* Yama lets only ancestors in unless the process names somebody else. Without Yama this is EINVAL. */
static int proc_mem_attach(struct link *l, enum end end)
{
	if (end == RECEIVER && prctl(PR_SET_PTRACER, (unsigned long)l->peer, 0, 0, 0) == -1 && errno != EINVAL)
		return call_failed("prctl");
	return 0;
}

static int proc_mem_join(struct link *l, enum end end)
{
	int result = end == RECEIVER ? proc_mem_map(l, l->size, MAP_FIXED_NOREPLACE) : 0;

	return result < 0 ? result : proc_mem_attach(l, end);
}

static ssize_t proc_mem_write(int fd, const void *mem, const char *buf, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = pwrite(fd, buf + done, len - done, (off_t)((uintptr_t)mem + done));
		if (n == -1 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ESRCH; /* it exited, its memory is gone */
		if (n <= 0)
			return call_failed("pwrite");
		done += (size_t)n;
	}
	return (ssize_t)len;
}

static ssize_t proc_mem_send(struct link *l, const void *buf, size_t len)
{
	char path[32];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", (int)l->peer);
	fd = open(path, O_WRONLY | O_CLOEXEC); /* each time: it may have called execve() since */
	if (fd == -1)
		return call_failed("open");
	n = proc_mem_write(fd, l->mem, buf, len);
	close(fd);
	return n;
}

static void proc_mem_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_proc_mem = {
	.name = "proc_mem",
	.title = "write to /proc/PID/mem",
	.man = "proc(5)",
	.group = REACH,
	.expect = GETS_MESSAGE,
	.setup = proc_mem_setup,
	.attach = proc_mem_attach,
	.join = proc_mem_join,
	.send = proc_mem_send,
	.teardown = proc_mem_teardown,
};

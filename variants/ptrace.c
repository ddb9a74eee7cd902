/*
 * ptrace - the sender stops the receiver and stores word by word
 *
 * What:   PTRACE_SEIZE makes the sender a tracer, PTRACE_INTERRUPT stops the receiver wherever it is, PTRACE_POKEDATA
 *         stores one machine word in its private memory, PTRACE_DETACH lets it go on.
 * Choose: for debuggers, which need the stop. For the bytes alone process_vm_writev(2) is far faster.
 * Trap:   a process has one tracer at most: under strace(1) or gdb(1) this fails. The stop ends some system calls of
 *         the receiver early with EINTR, and a signal that came first must be handed on, or it is lost.
 */
#include "variant.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

static int ptrace_map(struct link *l, size_t size, int flags)
{
	void *mem = mmap(l->mem, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
	if (mem == MAP_FAILED)
		return call_failed("mmap");
	l->mem = mem;
	l->size = size;
	return 0;
}

static int ptrace_setup(struct link *l, size_t size)
{
	return ptrace_map(l, size, 0);
}

/* Yama lets only ancestors in unless the process names somebody else. Without Yama this is EINVAL. */
static int ptrace_attach(struct link *l, enum end end)
{
	if (end == RECEIVER && prctl(PR_SET_PTRACER, (unsigned long)l->peer, 0, 0, 0) == -1 && errno != EINVAL)
		return call_failed("prctl");
	return 0;
}

static int ptrace_join(struct link *l, enum end end)
{
	int result = end == RECEIVER ? ptrace_map(l, l->size, MAP_FIXED_NOREPLACE) : 0;

	return result < 0 ? result : ptrace_attach(l, end);
}

/* Returns the signal to hand on at the end, 0 for none, or -errno. */
static int ptrace_stop(pid_t pid)
{
	siginfo_t info;

	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) == -1 || ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) == -1)
		return call_failed("ptrace");
	while (waitid(P_PID, (id_t)pid, &info, WSTOPPED) == -1) { /* not WEXITED: its status belongs to the parent */
		if (errno == ECHILD)
			errno = ESRCH; /* it has ended just now */
		if (errno != EINTR)
			return call_failed("waitid");
	}
	return info.si_status >> 8 == PTRACE_EVENT_STOP ? 0 : info.si_status;
}

static int ptrace_write(pid_t pid, char *to, const char *from, size_t len)
{
	for (size_t done = 0; done < len; done += sizeof(long)) {
		size_t part = len - done < sizeof(long) ? len - done : sizeof(long);
		long word = 0;

		errno = 0;
		if (part < sizeof(word)) /* the bytes behind the message stay as they are */
			word = ptrace(PTRACE_PEEKDATA, pid, to + done, NULL);
		memcpy(&word, from + done, part);
		if (errno || ptrace(PTRACE_POKEDATA, pid, to + done, (void *)word) == -1)
			return call_failed("ptrace");
	}
	return 0;
}

static ssize_t ptrace_send(struct link *l, const void *buf, size_t len)
{
	int result;
	int pending = ptrace_stop(l->peer);
	if (pending < 0)
		return pending;
	result = ptrace_write(l->peer, l->mem, buf, len);
	if (ptrace(PTRACE_DETACH, l->peer, NULL, (void *)(long)pending) == -1 && result == 0)
		result = call_failed("ptrace");
	return result < 0 ? result : (ssize_t)len;
}

static void ptrace_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_ptrace = {
	.name = "ptrace",
	.title = "stop the other and poke words",
	.man = "ptrace(2)",
	.group = REACH,
	.expect = GETS_MESSAGE,
	.setup = ptrace_setup,
	.attach = ptrace_attach,
	.join = ptrace_join,
	.send = ptrace_send,
	.teardown = ptrace_teardown,
};

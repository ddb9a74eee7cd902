#include "bench/syscalls.h"

#include "clock.h"

#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>

enum { MANY = 16, LARGE = 1 << 20, READY = 2, PATIENCE_MS = 1000, SYSCALL_STOP = SIGTRAP | 0x80 };

static bool seize(pid_t pid)
{
	int status;

	return pid > 0 && ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACESYSGOOD) == 0 &&
	       ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) == 0 && waitpid(pid, &status, __WALL) == pid &&
	       WIFSTOPPED(status) && ptrace(PTRACE_SYSCALL, pid, NULL, NULL) == 0;
}

/* Lets every stop of one end go on. Returns how many were at a system call that counts, or -1 when it has ended. */
static int attend(struct lane *l, enum end end, pid_t pid, bool *any)
{
	int status, stops = 0;

	for (pid_t found; (found = waitpid(pid, &status, __WALL | WNOHANG)) != 0;) {
		int sig;
		if (found == -1 || !WIFSTOPPED(status))
			return -1;
		sig = WSTOPSIG(status);
		stops += sig == SYSCALL_STOP && atomic_load(&l->control->counted[end]);
		*any = true;
		if (sig == SYSCALL_STOP || status >> 16 == PTRACE_EVENT_STOP)
			sig = 0;
		ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)sig);
	}
	return stops;
}

/* Each stop of a traced process is told by SIGCHLD, which the bench has blocked. False: nothing came for long. */
static bool await_stop(void)
{
	const struct timespec patience = {.tv_sec = PATIENCE_MS / 1000};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	return sigtimedwait(&set, NULL, &patience) == SIGCHLD;
}

/* Stops at system calls, two for each, of a run of n round trips; -1 = it did not end well. */
static long stops_of(struct lane *l, const pid_t pid[2], unsigned n)
{
	const struct order order = {.task = COUNTED, .messages = n};
	struct control *c = l->control;
	long stops = 0;

	control_order(c, &order);
	while (atomic_load(&c->reports) < READY) {
		bool any = false;
		int there = attend(l, SENDER, pid[SENDER], &any), back = attend(l, RECEIVER, pid[RECEIVER], &any);
		if (there < 0 || back < 0)
			return -1;
		stops += there + back;
		if (!any && !await_stop())
			return -1;
	}
	return atomic_load(&c->failed) ? -1 : stops; /* who gives up has reported for both */
}

/* The end runs on by itself; it has been let go from every stop, so one more is sure to come. */
static void release(pid_t pid)
{
	int status;

	ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
	if (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status))
		ptrace(PTRACE_DETACH, pid, NULL, NULL);
}

double syscalls_count(struct lane *l)
{
	const pid_t pid[2] = {atomic_load(&l->control->pid[SENDER]), atomic_load(&l->control->pid[RECEIVER])};
	unsigned n = l->size < LARGE ? MANY : 1;
	long stops;

	if (!seize(pid[SENDER]) || !seize(pid[RECEIVER]))
		return -1;
	stops = stops_of(l, pid, n);
	if (stops < 0)
		return -1;
	release(pid[SENDER]);
	release(pid[RECEIVER]);
	return (double)stops / n / 2 / 2; /* two stops for a call, two messages for a round trip */
}

#include "supervisor.h"

#include "caps.h"
#include "clock.h"
#include "complain.h"
#include "control.h"
#include "failure.h"
#include "journal.h"
#include "process.h"
#include "watch.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	AT_ONCE_MAX = 64,
	/* A case has deadlines of its own, of which without /proc three may pass; this one is for one that somebody stopped. */
	GRACE_S = 100,
};

long long supervisor_grace = (long long)GRACE_S * NS_PER_S;

struct running {
	const struct job *job;
	long long deadline;
	pid_t pid;    /* 0 = free */
	bool overdue; /* and killed for that */
};

static struct running running[AT_ONCE_MAX];
static sigset_t awaited; /* blocked, and taken with sigtimedwait() */

void *shared_memory(size_t size)
{
	const int access = PROT_READ | PROT_WRITE, flags = MAP_SHARED | MAP_ANONYMOUS;
	void *memory = mmap(NULL, size, access, flags, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

struct cell *supervisor_cells(size_t n)
{
	return shared_memory(n * sizeof(struct cell)); /* all zero is FAILED */
}

/* What is ignored stays so, see process_enders(); until it is again, nothing may come through. */
static void await_signals(void)
{
	static const int enders[] = {SIGINT, SIGTERM, SIGHUP};
	sigset_t all;

	awaited = process_enders();
	sigaddset(&awaited, SIGCHLD);
	all = awaited;
	for (int i = 0; i < 3; i++)
		sigaddset(&all, enders[i]);
	sigprocmask(SIG_BLOCK, &all, NULL);
	process_default_signals();
	signal(SIGXFSZ, SIG_IGN); /* as main() has it */
	for (int i = 0; i < 3; i++)
		if (!sigismember(&awaited, enders[i]))
			signal(enders[i], SIG_IGN);
}

static int give_up_privileges(void)
{
	int barred, lowered;

	caps_of_user(); /* while they are there: the record tells them */
	barred = caps_bar();
	lowered = caps_lower();
	return barred ? barred : lowered;
}

void supervisor_begin(void)
{
	int error;

	await_signals();
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) == -1)
		complain("prctl: %s; what a row leaves running may not be found", strerror(errno));
	error = give_up_privileges();
	if (error)
		complain("%s: %s; privileges cannot be given up", call_that_failed(-error, "capset"),
			 strerror(-error));
	error = journal_open();
	if (error)
		complain("journal: %s: %s; what a killed run leaves behind will not be swept",
			 call_that_failed(-error, "open"), strerror(-error));
}

/* The life of a case process. It is told to end by SIGTERM, also when the supervisor dies. */
static void __attribute__((noreturn)) run_case(const struct job *job, pid_t supervisor)
{
	setpgid(0, 0);
	watch_for_termination();
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) == -1 || (prctl(PR_SET_CHILD_SUBREAPER, 1) == -1 && errno != EINVAL))
		cell_error(job->cell, errno, "prctl", "start");
	else if (getppid() == supervisor)
		control_ask(job->probe, job->variant, job->cell);
	_exit(EXIT_SUCCESS);
}

static void start(struct running *slot, const struct job *job)
{
	pid_t self = getpid();

	*job->cell = (struct cell){.status = FAILED};
	slot->pid = fork();
	if (slot->pid == 0)
		run_case(job, self);
	if (slot->pid == -1) {
		cell_error(job->cell, errno, "fork", "start of the case process");
		slot->pid = 0;
		return;
	}
	slot->job = job;
	slot->deadline = clock_now() + supervisor_grace;
	slot->overdue = false;
}

static struct running *slot_of(pid_t pid)
{
	for (struct running *r = running; r < running + AT_ONCE_MAX; r++)
		if (r->pid == pid)
			return r;
	return NULL;
}

static bool busy_alone(const struct probe *probe)
{
	for (const struct running *r = running; r < running + AT_ONCE_MAX; r++)
		if (r->pid && r->job->probe == probe && probe->alone)
			return true;
	return false;
}

/* Reaps what has ended: case processes, and orphans of one that was killed. */
static void reap(void)
{
	int status;

	for (pid_t pid; (pid = process_wait(-1, &status, WNOHANG)) > 0;) {
		struct running *r = slot_of(pid);
		if (!r)
			continue;
		if (WIFSIGNALED(status) && r->overdue)
			cell_fail(r->job->cell, "no answer within %lld s: was the case process stopped by somebody?",
				  supervisor_grace / NS_PER_S);
		else if (WIFSIGNALED(status))
			cell_fail(r->job->cell, "the case process was killed by signal %d", WTERMSIG(status));
		r->pid = 0;
	}
}

static unsigned count_running(void)
{
	unsigned n = 0;

	for (const struct running *r = running; r < running + AT_ONCE_MAX; r++)
		n += r->pid != 0;
	return n;
}

static void signal_all(int sig)
{
	for (const struct running *r = running; r < running + AT_ONCE_MAX; r++)
		if (r->pid)
			kill(r->pid, sig);
}

static void kill_overdue(void)
{
	for (struct running *r = running; r < running + AT_ONCE_MAX; r++)
		if (r->pid && clock_now() > r->deadline) {
			r->overdue = true;
			kill(r->pid, SIGKILL);
		}
}

/* Waits for a child to end. Returns the signal that asks us to stop, or 0. */
static int wait_for_news(void)
{
	const struct timespec a_second = {.tv_sec = 1};
	int sig = sigtimedwait(&awaited, NULL, &a_second);

	reap();
	kill_overdue();
	return sig > 0 && sig != SIGCHLD ? sig : 0;
}

static void stop_all(void)
{
	long long patience = clock_now() + 2LL * NS_PER_S;

	while (count_running()) {
		signal_all(clock_now() < patience ? SIGTERM : SIGKILL);
		wait_for_news();
	}
}

void supervisor_end(void)
{
	process_reap_all();
	if (process_wait(-1, NULL, WNOHANG) == 0)
		complain("a process of a row is left: it may not be killed");
	journal_close();
	sigprocmask(SIG_UNBLOCK, &awaited, NULL); /* from here on nothing would be left behind */
}

static void __attribute__((noreturn)) die_of(int sig)
{
	supervisor_end();
	process_end_by(sig);
}

static bool any(const struct job *job)
{
	(void)job;
	return true;
}

/* It failed for want of what other cells may have used up at that moment. */
static bool starved(const struct job *job)
{
	return (job->cell->status == FAILED || job->cell->status == REFUSED) && cell_is_shortage(job->cell->error);
}

/* Runs those that are wanted. Returns the signal that asks us to stop, or 0. */
static int run_those(bool (*wanted)(const struct job *job), const struct job *jobs, size_t n, unsigned at_once)
{
	size_t next = 0;
	int stop = 0;

	while (!stop && (next < n || count_running())) {
		while (next < n && count_running() < at_once && !busy_alone(jobs[next].probe)) {
			struct running *slot = slot_of(0);
			if (slot && wanted(&jobs[next])) /* there is one: no more run than at_once */
				start(slot, &jobs[next]);
			next++;
		}
		stop = count_running() ? wait_for_news() : 0;
	}
	return stop;
}

void supervisor_run(const struct job *jobs, size_t n, unsigned at_once)
{
	int stop = run_those(any, jobs, n, at_once < AT_ONCE_MAX ? at_once : AT_ONCE_MAX);

	if (!stop)
		stop = run_those(starved, jobs, n, 1);
	stop_all();
	process_reap_all();
	if (stop)
		die_of(stop);
}

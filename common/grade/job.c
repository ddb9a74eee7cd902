#include "grade/job.h"

#include "clock.h"
#include "failure.h"
#include "process.h"
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_REPORT = 65536, MOST_OUTPUT = 16384, REPORT_FD = 3, MOST_JOBS = 8 };

static volatile sig_atomic_t interrupted;

static void on_signal(int sig)
{
	interrupted = sig;
}

void job_heed_signals(void)
{
	struct sigaction a = {.sa_handler = on_signal};
	sigset_t enders = process_enders();

	for (int sig = 1; sig < SIGRTMIN; sig++)
		if (sigismember(&enders, sig))
			sigaction(sig, &a, NULL);
}

void job_obey_signal(void)
{
	if (interrupted)
		process_end_by(interrupted);
}

static int stream_open(struct stream *s, size_t most, int *theirs)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) == -1)
		return call_failed("pipe2");
	theirs[0] = fd[1];
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	*s = (struct stream){.fd = fd[0], .most = most, .text = calloc(1, most + 1)};
	return s->text ? 0 : -ENOMEM;
}

static void stream_close(struct stream *s)
{
	if (s->fd != -1)
		close(s->fd);
	s->fd = -1;
}

/* At most some 64 KiB a turn: whoever floods one of them must not keep us from the others. */
static void stream_pump(struct stream *s)
{
	static char part[65536];
	size_t room = s->most - s->len, kept;
	ssize_t n = read(s->fd, part, sizeof part);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		stream_close(s);
		return;
	}
	kept = (size_t)n < room ? (size_t)n : room;
	memcpy(s->text + s->len, part, kept);
	s->len += kept;
	s->cut |= kept < (size_t)n;
}

/* The three standard descriptors and the report, and nothing else that we have open. */
static void __attribute__((noreturn))
child(const struct task *t, const int theirs[2], const int ready[2], const int go[2], pid_t parent)
{
	int null;

	if (dup2(theirs[1], STDERR_FILENO) == -1) {
		dprintf(theirs[1], "dup2: %s\n", strerror(errno));
		_exit(127);
	}
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null == -1)
		sandbox_fail("open /dev/null");
	if (dup2(theirs[1], STDOUT_FILENO) == -1 || dup2(null, STDIN_FILENO) == -1)
		sandbox_fail("dup2");
	if (process_die_with(parent) != 0)
		sandbox_fail("prctl");
	signal(SIGINT, SIG_DFL);
	setpgid(0, 0);
	umask(S_IWGRP |
	      S_IWOTH); /* another user runs what is built: the umask of whoever grades must cost no points */
	if (!sandbox_enter(t->sandbox, ready, go, parent))
		sandbox_fail(call_that_failed(errno, "user namespace"));
	if (theirs[0] == REPORT_FD)
		fcntl(REPORT_FD, F_SETFD, 0);
	else if (dup2(theirs[0], REPORT_FD) == -1)
		sandbox_fail("dup2");
	t->exec(t, REPORT_FD);
	_exit(127);
}

int job_start(struct job *j, const struct task *t)
{
	int theirs[2] = {-1, -1}, ready[2], go[2], error;
	pid_t self = getpid();

	*j = (struct job){.report.fd = -1, .output.fd = -1};
	error = stream_open(&j->report, MOST_REPORT, &theirs[0]);
	if (!error)
		error = stream_open(&j->output, MOST_OUTPUT, &theirs[1]);
	if (error || pipe2(ready, O_CLOEXEC) == -1 || pipe2(go, O_CLOEXEC) == -1)
		return error ? error : call_failed("pipe2");
	j->pid = fork();
	if (j->pid == 0)
		child(t, theirs, ready, go, self);
	error = j->pid == -1 ? call_failed("fork") : 0;
	close(theirs[0]);
	close(theirs[1]);
	close(ready[1]);
	if (!error)
		error = sandbox_let_in(t->sandbox, j->pid, ready[0], go[1]);
	if (error && j->pid > 0)
		stream_pump(&j->output); /* why it has ended already */
	close(ready[0]);
	close(go[0]); /* not before: where the child has ended, a write would end us */
	close(go[1]);
	j->started = j->pid > 0;
	j->deadline = clock_now() + t->patience;
	return error;
}

void job_hang_up(struct job *j)
{
	stream_close(&j->report);
}

static void check_end(struct job *j)
{
	if (!j->started || j->ended)
		return;
	if (clock_now() > j->deadline && !j->late) {
		j->late = true;
		process_kill(j->pid, SIGKILL);
	}
	if (waitpid(j->pid, &j->status, WNOHANG) != j->pid)
		return;
	j->ended = true;
	for (int i = 0; i < 16 && j->report.fd != -1; i++)
		stream_pump(&j->report); /* what it said before it ended is in the pipe */
	for (int i = 0; i < 16 && j->output.fd != -1; i++)
		stream_pump(&j->output); /* not to the end: an orphan may hold it open for ever */
	stream_close(&j->report);
	stream_close(&j->output);
}

/* The end of a report wakes us as well: then its process has only to be waited for. */
static void pump_all(struct job *jobs, size_t n, int ms)
{
	struct pollfd p[2 * MOST_JOBS];

	for (size_t i = 0; i < n; i++) {
		p[2 * i] = (struct pollfd){.fd = jobs[i].started ? jobs[i].report.fd : -1, .events = POLLIN};
		p[2 * i + 1] = (struct pollfd){.fd = jobs[i].started ? jobs[i].output.fd : -1, .events = POLLIN};
	}
	if (poll(p, 2 * n, ms) <= 0)
		return;
	for (size_t i = 0; i < n; i++) {
		if (p[2 * i].revents)
			stream_pump(&jobs[i].report);
		if (p[2 * i + 1].revents)
			stream_pump(&jobs[i].output);
	}
}

bool job_wait(struct job *jobs, size_t n, struct job *until)
{
	while (until->started && !until->ended) {
		bool closing = until->report.fd == -1;
		pump_all(jobs, n, closing ? 1 : 10);
		for (size_t i = 0; i < n; i++)
			check_end(&jobs[i]);
		if (interrupted)
			return false;
	}
	return true;
}

void job_end(struct job *jobs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct job *j = &jobs[i];
		if (j->started && !j->ended) {
			process_kill(j->pid, SIGKILL);
			waitpid(j->pid, &j->status, 0);
		}
		stream_close(&j->report);
		stream_close(&j->output);
		free(j->report.text);
		free(j->output.text);
	}
}

#include "grade/sandbox.h"

#include "grade/slot.h"

#include <errno.h>
#include <fcntl.h>
#if __has_include(<linux/landlock.h>) /* not before Linux 5.13 */
#include <linux/landlock.h>
#endif
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char no_landlock[] = "; no Landlock: at L6 /proc/PID/fd can be opened";

enum { FIRST_UID = 0x60000000, UIDS = 8 };

static bool probe_map(const struct sandbox *s, pid_t child, const int ready[2], const int go[2])
{
	char byte = 0;

	close(ready[1]);
	close(go[0]);
	return !s->mapped ||
	       (read(ready[0], &byte, 1) == 1 && sandbox_map(s, child) == 0 && write(go[1], &byte, 1) == 1);
}

/* Whether bubblewrap can do here what is asked of it: the same namespaces and mounts, and then nothing. */
static bool namespaces_work(struct sandbox *s)
{
	int ready[2], go[2], status = -1;
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC) == -1 || pipe2(go, O_CLOEXEC) == -1)
		return false;
	s->namespaces = true;
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR | O_CLOEXEC);
		dup2(null, STDERR_FILENO);
		if (!sandbox_enter(s, ready[1], go[0]))
			_exit(1);
		sandbox_nothing(s);
	}
	if (pid > 0 && !probe_map(s, pid, ready, go))
		kill(pid, SIGKILL);
	if (pid > 0)
		waitpid(pid, &status, 0);
	close(ready[0]);
	close(go[1]);
	s->namespaces = pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	return s->namespaces;
}

/* As warden/confine.c needs it: landlock(7), in its second version. */
static bool keeps_apart(void)
{
#ifdef LANDLOCK_CREATE_RULESET_VERSION
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) >= 2;
#else
	return false;
#endif
}

int sandbox_prepare(struct sandbox *s, bool limits_only)
{
	bool root = geteuid() == 0;

	s->slot = root ? slot_take(s->note) : -1;
	if (root && s->slot < 0)
		return s->slot;
	s->mapped = root;
	s->outer = root ? (uid_t)(FIRST_UID + UIDS * slot_number(s->slot)) : geteuid();
	if (!limits_only && parts_tool("bwrap") && namespaces_work(s)) {
		s->student = root ? 1 : geteuid();
		snprintf(s->note, sizeof s->note, "bubblewrap: namespaces of its own, seccomp, no capabilities%s%s",
			 root ? ", another uid than the grader" : "", keeps_apart() ? "" : no_landlock);
		return 0;
	}
	s->mapped = false;
	s->student = root ? s->outer + 2 : s->outer;
	snprintf(s->note, sizeof s->note, "%s: only limits, seccomp and %s hold; files of this machine can be read",
		 limits_only           ? "asked for"
		 : parts_tool("bwrap") ? "namespaces are not allowed here"
				       : "bubblewrap is not installed",
		 root ? "another uid" : "no_new_privs");
	if (!keeps_apart())
		strncat(s->note, no_landlock, sizeof s->note - strlen(s->note) - 1);
	return 0;
}

/* Whoever became one of these users is ended, wherever it hides. */
static void end_users(const struct sandbox *s)
{
	for (uid_t uid = s->outer; uid < s->outer + UIDS; uid++) {
		pid_t pid = fork();
		if (pid == 0) {
			if (setresuid(uid, uid, uid) == 0)
				kill(-1, SIGKILL);
			_exit(0);
		}
		if (pid > 0)
			waitpid(pid, NULL, 0);
	}
}

void sandbox_release(struct sandbox *s)
{
	if (s->slot >= 0 && !s->namespaces)
		end_users(s);
	slot_give_back(s->slot);
}

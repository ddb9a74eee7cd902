#include "grade/sandbox.h"

#include "caps.h"
#include "failure.h"
#include "grade/fence.h"
#include "grade/queues.h"
#include "grade/slot.h"
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char no_landlock[] =
	"; no Landlock: the kit's answers can be read, and at L6 /proc/PID/fd can be opened";
static const char no_landlock_at_6[] = "; no Landlock: at L6 /proc/PID/fd can be opened";
static const char open_when_run[] = "; an answer that runs can read the kit's files";

static const char open_shared[] = "; what lies below " P_tmpdir " can be read";

enum { FIRST_UID = 0x60000000, UIDS = 8 };

/* Whether bubblewrap can do here what is asked of it: the same namespaces and mounts, and then nothing. */
static bool namespaces_work(struct sandbox *s)
{
	int ready[2], go[2], status = -1;
	pid_t pid, self = getpid();

	if (pipe2(ready, O_CLOEXEC) == -1 || pipe2(go, O_CLOEXEC) == -1)
		return false;
	s->namespaces = true;
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR | O_CLOEXEC);
		dup2(null, STDERR_FILENO);
		if (!sandbox_enter(s, ready, go, self))
			_exit(1);
		sandbox_nothing(s);
	}
	close(ready[1]);
	if (pid > 0 && sandbox_let_in(s, pid, ready[0], go[1]) != 0)
		process_kill(pid, SIGKILL);
	if (pid > 0)
		waitpid(pid, &status, 0);
	close(ready[0]);
	close(go[0]); /* not before: where the child has ended, a write would end us */
	close(go[1]);
	s->namespaces = pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	return s->namespaces;
}

/* A queue without a folder is out of reach where reading is (fence.h). */
static bool hides_kit(const struct sandbox *s)
{
	return fence_hides_kit(s->parts, P_tmpdir) && (queues_folder(QUEUES_USUAL) || queues_can_be_mounted());
}

static void note_limits(struct sandbox *s, bool asked_for)
{
	const char *why = asked_for             ? "asked for"
			  : parts_tool("bwrap") ? "namespaces are not allowed here"
						: "bubblewrap is not installed";

	snprintf(s->note, sizeof s->note, "%s: only limits, seccomp%s and %s hold%s%s", why,
		 fence_possible() ? ", Landlock" : "", geteuid() == 0 ? "another uid" : "no_new_privs",
		 !fence_possible() ? no_landlock
		 : !hides_kit(s)   ? open_when_run
				   : "",
		 fence_possible() ? open_shared : "");
}

/* Whoever became one of these users is ended, wherever it hides. */
static void end_users(const struct sandbox *s)
{
	for (uid_t uid = s->outer; uid < s->outer + UIDS; uid++) {
		pid_t pid = fork();
		if (pid == 0) {
			caps_raise(CAP_SETUID);
			if (setresuid(uid, uid, uid) == 0)
				kill(-1, SIGKILL);
			_exit(0);
		}
		if (pid > 0)
			waitpid(pid, NULL, 0);
	}
}

/* What answers share, one of them could take away from another. A user who has no folder for a lock has to see to that himself. */
static int await_turn(struct sandbox *s)
{
	const bool root = geteuid() == 0;
	int error = root ? slot_await_turn(s->slot) : slot_await_turn_of_user();

	if (!root)
		s->slot = error;
	if (error >= 0 || error == -ENOENT)
		return 0;
	snprintf(s->note, sizeof s->note, "waiting for other gradings: %s: %s", call_that_failed(-error, "fcntl"),
		 strerror(-error));
	return error;
}

int sandbox_prepare(struct sandbox *s, bool limits_only)
{
	bool root = geteuid() == 0;

	s->slot = root ? slot_take(s->note) : -1;
	if (root && s->slot < 0)
		return s->slot;
	s->mapped = root;
	s->outer = root ? (uid_t)(FIRST_UID + UIDS * slot_number(s->slot)) : geteuid();
	if (root)
		end_users(s); /* of a run that was killed */
	if (!limits_only && parts_tool("bwrap") && namespaces_work(s)) {
		s->student = root ? 1 : geteuid();
		snprintf(s->note, sizeof s->note, "bubblewrap: namespaces of its own, seccomp, no capabilities%s%s",
			 root ? ", another uid than the grader" : "", fence_possible() ? "" : no_landlock_at_6);
		/* An ordinary user has room for so many bytes of queues, in all namespaces together. */
		return !root && s->queues ? await_turn(s) : 0;
	}
	s->mapped = false;
	s->student = root ? s->outer + 2 : s->outer;
	note_limits(s, limits_only);
	return await_turn(s);
}

void sandbox_release(struct sandbox *s)
{
	if (s->slot >= 0 && !s->namespaces && geteuid() == 0)
		end_users(s);
	slot_give_back(s->slot);
}

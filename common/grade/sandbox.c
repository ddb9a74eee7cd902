#include "grade/sandbox.h"

#include "grade/slot.h"
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_ARGUMENTS = 160, FIRST_UID = 0x60000000, UIDS = 8 };

static char *const environment[] = {"PATH=/usr/bin:/bin", "LC_ALL=C", "TMPDIR=/tmp", NULL};

struct arguments {
	char *list[MOST_ARGUMENTS];
	int n;
};

/* Until NULL. What does not fit would be a mistake in this file. */
static void add(struct arguments *a, const char *first, ...)
{
	va_list args;

	va_start(args, first);
	for (const char *s = first; s && a->n < MOST_ARGUMENTS - 1; s = va_arg(args, const char *))
		a->list[a->n++] = strdup(s);
	va_end(args);
	a->list[a->n] = NULL;
}

static void add_namespaces(struct arguments *a, const struct sandbox *s)
{
	add(a, "bwrap", "--unshare-pid", "--unshare-ipc", "--unshare-net", "--unshare-uts", "--die-with-parent",
	    "--new-session", "--hostname", "sandbox", "--cap-drop", "ALL", NULL);
	if (!s->mapped)
		add(a, "--unshare-user", NULL);
}

static void add_root(struct arguments *a, const char *dir)
{
	char target[64] = "";
	struct stat st;

	if (lstat(dir, &st) == -1)
		return;
	if (S_ISLNK(st.st_mode) && readlink(dir, target, sizeof target - 1) > 0)
		add(a, "--symlink", target, dir, NULL);
	else
		add(a, "--ro-bind", dir, dir, NULL);
}

static void add_libraries(struct arguments *a)
{
	static const char *const usr[] = {"/usr/lib", "/usr/lib32", "/usr/lib64"};

	add(a, "--perms", "0755", "--dir", "/usr", NULL);
	for (size_t i = 0; i < sizeof usr / sizeof usr[0]; i++)
		add(a, "--ro-bind-try", usr[i], usr[i], NULL);
	add_root(a, "/lib");
	add_root(a, "/lib32");
	add_root(a, "/lib64");
}

/* An installed kit lies among the system's files; its rows are the answers. */
static void hide_kit(struct arguments *a, const struct parts *p)
{
	if (strncmp(p->folder, "/usr/", 5) == 0)
		add(a, "--tmpfs", p->folder, NULL);
	if (strncmp(p->program, "/usr/", 5) == 0)
		add(a, "--ro-bind", "/dev/null", p->program, NULL);
}

static void add_compiler(struct arguments *a, const struct sandbox *s)
{
	add(a, "--ro-bind", "/usr", "/usr", NULL);
	hide_kit(a, s->parts);
	add_root(a, "/lib");
	add_root(a, "/lib32");
	add_root(a, "/lib64");
	add_root(a, "/bin");
	add(a, "--proc", "/proc", "--dev", "/dev", "--size", "67108864", "--tmpfs", "/tmp", NULL);
}

static void limit(int what, rlim_t most)
{
	struct rlimit r = {most, most};

	setrlimit(what, &r);
}

static void limit_build(void)
{
	const rlim_t mib = 1024 * 1024;

	limit(RLIMIT_CPU, 10);
	limit(RLIMIT_AS, 1536 * mib);
	limit(RLIMIT_FSIZE, 64 * mib);
	limit(RLIMIT_CORE, 0);
}

/* Without namespaces: at least as nobody in particular. */
static bool become_outer(const struct sandbox *s)
{
	if (geteuid() != 0)
		return true;
	return setgroups(0, NULL) == 0 && setresgid(s->outer, s->outer, s->outer) == 0 &&
	       setresuid(s->outer, s->outer, s->outer) == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
}

static void __attribute__((noreturn)) become(char *const *argv)
{
	int error;

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	execvpe(argv[0], argv, environment);
	error = errno;
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(error));
	_exit(127);
}

void sandbox_build(const struct sandbox *s, const char *out, const char *script)
{
	struct arguments a = {.n = 0};

	limit_build();
	if (s->namespaces) {
		add_namespaces(&a, s);
		add_compiler(&a, s);
		add(&a, "--ro-bind", work_path(s->work, "in"), "/work/in", "--bind", work_path(s->work, out), "/work/out",
		    "--chdir", "/work/in", NULL);
	} else if (!become_outer(s) || chdir(work_path(s->work, "in")) == -1) {
		_exit(127);
	}
	add(&a, "sh", "-c", script, "sh", s->namespaces ? "/work/out" : work_path(s->work, out), NULL);
	become(a.list);
}

/* Nothing of the kit but the warden and the one runner. */
static void add_warden(struct arguments *a, const struct sandbox *s, const char *program)
{
	static const char *const kept[] = {"CAP_SETUID",     "CAP_SETGID",       "CAP_KILL",
					   "CAP_SYS_PTRACE", "CAP_DAC_OVERRIDE", "CAP_SETPCAP"};

	for (size_t i = 0; s->mapped && i < sizeof kept / sizeof kept[0]; i++)
		add(a, "--cap-add", kept[i], NULL);
	add_libraries(a);
	add(a, "--as-pid-1", "--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--size", "67108864", "--tmpfs",
	    "/dev/shm", "--mqueue", "/dev/mqueue", "--perms", "1777", "--size", "67108864", "--tmpfs", "/tmp", NULL);
	add(a, "--perms", "0755", "--dir", "/kit", "--ro-bind", work_path(s->work, "in/ipckit-warden"), "/kit/ipckit-warden",
	    "--ro-bind", work_path(s->work, program), "/kit/runner", "--perms", "0755", "--dir", "/run", "--perms", "0755",
	    "--dir", "/run/grade", "--chdir", "/tmp", NULL);
}

/* Without namespaces each warden needs a user of its own to tell whose things it finds. */
static uid_t student_of(const struct sandbox *s, int number)
{
	return s->namespaces || geteuid() != 0 ? s->student : s->student + (uid_t)number;
}

void sandbox_run(const struct sandbox *s, int number, const char *level, const char *plan, const char *program, int report)
{
	struct arguments a = {.n = 0};
	char uid[16], fd[16];

	snprintf(uid, sizeof uid, "%u", student_of(s, number));
	snprintf(fd, sizeof fd, "%d", report);
	if (s->namespaces) {
		add_namespaces(&a, s);
		add_warden(&a, s, program);
		add(&a, "/kit/ipckit-warden", level, plan, "/kit/runner", "/run/grade", uid, fd, NULL);
	} else {
		char folder[32];
		snprintf(folder, sizeof folder, "run-%d", number);
		if (mkdir(work_path(s->work, folder), 0711) == -1)
			_exit(127);
		add(&a, work_path(s->work, "in/ipckit-warden"), level, plan, work_path(s->work, program),
		    work_path(s->work, folder), uid, fd, NULL);
	}
	become(a.list);
}

bool sandbox_enter(const struct sandbox *s, int tell, int wait)
{
	char byte = 0;

	if (!s->namespaces || !s->mapped)
		return true;
	if (unshare(CLONE_NEWUSER) == -1 || write(tell, &byte, 1) != 1 || read(wait, &byte, 1) != 1)
		return false;
	return setresgid(0, 0, 0) == 0 && setgroups(0, NULL) == 0 && setresuid(0, 0, 0) == 0 &&
	       prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
}

static int write_map(pid_t child, const char *file, uid_t outer)
{
	char path[64], map[64];
	int len = snprintf(map, sizeof map, "0 %u 2\n", outer), error = 0, fd;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)child, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd == -1)
		return call_failed("open");
	if (write(fd, map, (size_t)len) != len)
		error = call_failed("write");
	close(fd);
	return error;
}

int sandbox_map(const struct sandbox *s, pid_t child)
{
	int error = write_map(child, "uid_map", s->outer);

	return error ? error : write_map(child, "gid_map", s->outer);
}

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
	struct arguments a = {.n = 0};
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
		add_namespaces(&a, s);
		add_compiler(&a, s);
		add(&a, "--mqueue", "/dev/mqueue", "/bin/true", NULL);
		become(a.list);
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

int sandbox_prepare(struct sandbox *s, bool limits_only)
{
	bool root = geteuid() == 0;

	s->slot = root ? slot_take() : -1;
	if (root && s->slot < 0)
		return -EAGAIN;
	s->mapped = root;
	s->outer = root ? (uid_t)(FIRST_UID + UIDS * slot_number(s->slot)) : geteuid();
	if (!limits_only && parts_tool("bwrap") && namespaces_work(s)) {
		s->student = root ? 1 : geteuid();
		snprintf(s->note, sizeof s->note, "bubblewrap: namespaces of its own, seccomp, no capabilities%s",
			 root ? ", another uid than the grader" : "");
		return 0;
	}
	s->mapped = false;
	s->student = root ? s->outer + 2 : s->outer;
	snprintf(s->note, sizeof s->note, "%s: only limits, seccomp and %s hold; files of this machine can be read",
		 limits_only         ? "asked for"
		 : parts_tool("bwrap") ? "namespaces are not allowed here"
				     : "bubblewrap is not installed",
		 root ? "another uid" : "no_new_privs");
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

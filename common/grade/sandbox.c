#include "grade/sandbox.h"

#include "caps.h"
#include "failure.h"
#include "grade/fence.h"
#include "grade/limit.h"
#include "grade/queues.h"
#include "grade/slot.h"
#include "process.h"
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_ARGUMENTS = 160 };

static char *const environment[] = {"PATH=" SANDBOX_PATH, "LC_ALL=C", "TMPDIR=/tmp", NULL};

struct arguments {
	char *list[MOST_ARGUMENTS];
	int n;
};

void sandbox_fail(const char *call)
{
	dprintf(STDERR_FILENO, "%s: %s\n", call, strerror(errno));
	_exit(127);
}

/* Closes a list of arguments. */
static char *const end;

/* Until end. What does not fit would be a mistake in this file; without it nothing is run. */
static void add(struct arguments *a, const char *first, ...)
{
	va_list args;

	va_start(args, first);
	for (const char *s = first; s; s = va_arg(args, const char *)) {
		if (a->n == MOST_ARGUMENTS - 1)
			sandbox_fail("arguments");
		a->list[a->n] = strdup(s);
		if (!a->list[a->n++])
			sandbox_fail("strdup");
	}
	va_end(args);
	a->list[a->n] = NULL;
}

static void add_namespaces(struct arguments *a, const struct sandbox *s)
{
	add(a, "bwrap", "--unshare-pid", "--unshare-ipc", "--unshare-net", "--unshare-uts", "--die-with-parent",
	    "--new-session", "--hostname", "sandbox", "--cap-drop", "ALL", end);
	if (!s->mapped)
		add(a, "--unshare-user", end);
}

static void add_root(struct arguments *a, const char *dir)
{
	char target[64] = "";
	struct stat st;

	if (lstat(dir, &st) == -1)
		return;
	if (S_ISLNK(st.st_mode) && readlink(dir, target, sizeof target - 1) > 0)
		add(a, "--symlink", target, dir, end);
	else
		add(a, "--ro-bind", dir, dir, end);
}

/* Of the folders that are bound, one holds it. */
static bool is_bound(const char *path)
{
	static const char *const bound[] = {"/usr/", "/lib/", "/lib32/", "/lib64/", "/bin/"};

	for (size_t i = 0; i < sizeof bound / sizeof bound[0]; i++)
		if (strncmp(path, bound[i], strlen(bound[i])) == 0)
			return true;
	return false;
}

/* A kit may lie among the system's files, installed or as a tree; its rows are the answers. */
static void hide_kit(struct arguments *a, const struct parts *p)
{
	const char *const folders[] = {p->tree, p->built_from, p->folder};

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
		if (is_bound(folders[i]))
			add(a, "--tmpfs", folders[i], end);
	if (is_bound(p->program))
		add(a, "--ro-bind", "/dev/null", p->program, end);
}

static void add_libraries(struct arguments *a, const struct parts *p)
{
	static const char *const usr[] = {"/usr/lib", "/usr/lib32", "/usr/lib64"};

	add(a, "--perms", "0755", "--dir", "/usr", end);
	for (size_t i = 0; i < sizeof usr / sizeof usr[0]; i++)
		add(a, "--ro-bind-try", usr[i], usr[i], end);
	add_root(a, "/lib");
	add_root(a, "/lib32");
	add_root(a, "/lib64");
	hide_kit(a, p);
}

static void add_compiler(struct arguments *a, const struct sandbox *s)
{
	/* What else is in /dev an answer could include, and wait for ever for its first line. */
	static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/urandom"};

	add(a, "--ro-bind", "/usr", "/usr", end);
	add_root(a, "/lib");
	add_root(a, "/lib32");
	add_root(a, "/lib64");
	add_root(a, "/bin");
	hide_kit(a, s->parts);
	add(a, "--ro-bind-try", "/etc/alternatives", "/etc/alternatives", "--dir", "/dev", end);
	for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++)
		add(a, "--dev-bind", devices[i], devices[i], end);
	add(a, "--size", "67108864", "--tmpfs", "/tmp",
	    end); /* without /proc: an answer that is read twice must look the same */
}

static void limit_build(void)
{
	static const struct {
		unsigned what;
		rlim_t most;
	} limits[] = {
		{RLIMIT_CPU, 10},
		{RLIMIT_AS, 1536 * 1024 * 1024UL},
		{RLIMIT_FSIZE, 64 * 1024 * 1024},
		{RLIMIT_CORE, 0},
	};

	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
		if (limit_to(limits[i].what, limits[i].most, limits[i].most) != 0)
			sandbox_fail("setrlimit");
}

/* Without namespaces: at least as nobody in particular. */
static bool become_outer(const struct sandbox *s)
{
	const pid_t parent = getppid(); /* until here its end is ours, as long as we stay the same user (prctl(2)) */

	if (geteuid() != 0)
		return true;
	return setgroups(0, NULL) == 0 && setresgid(s->outer, s->outer, s->outer) == 0 &&
	       setresuid(s->outer, s->outer, s->outer) == 0 && process_die_with(parent) == 0;
}

static void __attribute__((noreturn)) become(char *const *argv, char *const *variables)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		sandbox_fail("prctl");
	/* The program is looked for in its own PATH, and not in that of whoever grades. */
	environ = (char **)variables;
	execvp(argv[0], argv);
	sandbox_fail(argv[0]);
}

static void shut_in(const struct sandbox *s, const char *program, const char *queues, const char *const *read,
		    const char *const *write)
{
	const struct fence fence = {.parts = s->parts,
				    .program = program,
				    .read = read,
				    .write = write,
				    .queues = program != NULL,
				    .queues_at = queues};
	int error = fence_possible() ? fence_shut(&fence) : 0;

	errno = -error;
	if (error)
		sandbox_fail(call_that_failed(-error, "landlock"));
}

/* What the compiler writes beside its output goes there as well: in /tmp lies what belongs to others. */
static void __attribute__((noreturn)) build_bare(const struct sandbox *s, const char *out, struct arguments *a)
{
	const char *const read[] = {"/usr", "/lib", "/lib32", "/lib64", "/bin", work_path(s->work, "in"), NULL};
	const char *const write[] = {"/dev/null", "/dev/zero", "/dev/urandom", out, NULL};
	char folder[160];
	char *const variables[] = {environment[0], environment[1], folder, NULL};

	snprintf(folder, sizeof folder, "TMPDIR=%s", out);
	caps_raise_kept();
	if (chdir(work_path(s->work, "in")) == -1)
		sandbox_fail("chdir");
	shut_in(s, NULL, NULL, read, write);
	if (!become_outer(s))
		sandbox_fail("setresuid");
	limit_build();
	become(a->list, variables);
}

void sandbox_build(const struct sandbox *s, const char *out, const char *script, const char *text)
{
	struct arguments a = {.n = 0};

	out = work_path(s->work, out);
	if (s->namespaces) {
		add_namespaces(&a, s);
		add_compiler(&a, s);
		add(&a, "--ro-bind", work_path(s->work, "in"), "/work/in", "--bind", out, "/work/out", "--chdir",
		    "/work/in", end);
	}
	add(&a, "sh", "-c", script, "sh", s->namespaces ? "/work/out" : out, text, end);
	if (!s->namespaces)
		build_bare(s, out, &a);
	limit_build();
	become(a.list, environment);
}

/* Nothing of the kit but the warden and the one runner. */
static void add_warden(struct arguments *a, const struct sandbox *s, const char *program)
{
	static const char *const kept[] = {"CAP_SETUID",     "CAP_SETGID",       "CAP_KILL",
					   "CAP_SYS_PTRACE", "CAP_DAC_OVERRIDE", "CAP_SETPCAP"};

	for (size_t i = 0; s->mapped && i < sizeof kept / sizeof kept[0]; i++)
		add(a, "--cap-add", kept[i], end);
	add_libraries(a, s->parts);
	add(a, "--as-pid-1", "--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--size", "67108864", "--tmpfs",
	    "/dev/shm", "--mqueue", "/dev/mqueue", "--perms", "1777", "--size", "67108864", "--tmpfs", "/tmp", end);
	add(a, "--perms", "0755", "--dir", "/kit", "--ro-bind", work_path(s->work, "in/ipckit-warden"),
	    "/kit/ipckit-warden", "--ro-bind", work_path(s->work, program), "/kit/runner", "--perms", "0755", "--dir",
	    "/run", "--perms", "0755", "--size", "1048576", "--tmpfs", "/run/grade", "--chdir", "/tmp", end);
	/* An ordinary user owns these, and nobody looks there for what an answer leaves. */
	add(a, "--remount-ro", "/dev", "--remount-ro", "/", end);
}

bool sandbox_is_shared(const struct sandbox *s)
{
	return !s->namespaces && geteuid() != 0;
}

/* Without namespaces each warden needs a user of its own to tell whose things it finds. */
static uid_t student_of(const struct sandbox *s, int number)
{
	return s->namespaces || sandbox_is_shared(s) ? s->student : s->student + (uid_t)number;
}

/* The one runner, and as root of no other student than the one that is to be. */
static const char *bare_program(const struct sandbox *s, int number, const char *program)
{
	const char *name = strrchr(program, '/') + 1, *path = work_path(s->work, program);

	if (sandbox_is_shared(s))
		return access(path, F_OK) == 0 ? path : parts_path(s->parts, name);
	if (chown(path, 0, student_of(s, number)) == -1 || chmod(path, 0750) == -1)
		sandbox_fail("chown");
	return path;
}

static void add_bare_warden(struct arguments *a, const struct sandbox *s, int number, const char *level,
			    const char *plan, const char *program)
{
	const char *warden = work_path(s->work, "in/ipckit-warden");
	char name[32], queues[200];

	snprintf(name, sizeof name, "run-%d", number);
	const char *folder = work_path(s->work, name);
	snprintf(queues, sizeof queues, "%s/queues", folder);
	const char *const read[] = {"/usr", "/lib", "/lib32", "/lib64", "/bin", warden, NULL};
	const char *const write[] = {"/proc", "/dev", P_tmpdir, folder, NULL};

	caps_raise_kept();
	program = bare_program(s, number, program);
	if (mkdir(folder, 0710) == -1)
		sandbox_fail("mkdir");
	/* Its socket is for the one student: the others see the name in /proc. */
	if (!sandbox_is_shared(s) && chown(folder, 0, student_of(s, number)) == -1)
		sandbox_fail("chown");
	queues_mount(queues); /* whoever may not do that has the usual folder, or none: residue.h */
	shut_in(s, program, queues_folder(queues), read, write);
	add(a, warden, level, plan, program, folder, end);
}

void sandbox_run(const struct sandbox *s, int number, const char *level, const char *plan, const char *program,
		 int report)
{
	struct arguments a = {.n = 0};
	char uid[16], fd[16];

	snprintf(uid, sizeof uid, "%u", student_of(s, number));
	snprintf(fd, sizeof fd, "%d", report);
	if (s->namespaces) {
		add_namespaces(&a, s);
		add_warden(&a, s, program);
		add(&a, "/kit/ipckit-warden", level, plan, "/kit/runner", "/run/grade", uid, fd, end);
	} else {
		add_bare_warden(&a, s, number, level, plan, program);
		add(&a, uid, fd, end);
	}
	become(a.list, environment);
}

/* Waits for the one byte that parent and child tell each other: 1, 0: the other has ended, or -errno. */
static int hear(int fd)
{
	char byte;

	for (;;) {
		ssize_t got = read(fd, &byte, 1);
		if (got >= 0)
			return (int)got;
		if (errno != EINTR)
			return -errno;
	}
}

/*
 * The queues of all sandboxes together are limited for the user who has made their namespaces: an answer could take those of
 * another one from it if that were root.
 */
static bool become_creator(const struct sandbox *s)
{
	return caps_raise(CAP_SETUID) == 0 && setresuid((uid_t)-1, s->outer, (uid_t)-1) == 0;
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), error;

	if (fd == -1)
		return call_failed("open");
	error = write(fd, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : call_failed("write");
	close(fd);
	return error;
}

/* An ordinary user stays who it is. */
static bool map_self(uid_t uid, gid_t gid)
{
	char users[64], groups[64];

	snprintf(users, sizeof users, "%u %u 1", uid, uid);
	snprintf(groups, sizeof groups, "%u %u 1", gid, gid);
	return write_file("/proc/self/setgroups", "deny") == 0 && write_file("/proc/self/uid_map", users) == 0 &&
	       write_file("/proc/self/gid_map", groups) == 0;
}

/* False: job.c names the call. */
static bool failed(const char *call)
{
	call_failed(call);
	return false;
}

/* As the first process ends, and with it its namespace. */
static void __attribute__((noreturn)) end_as(pid_t first, int alive)
{
	int status = 0;

	caps_drop();
	process_close_all_but(alive); /* whoever waits for the end of a pipe is not to wait for us */
	process_wait(first, &status, 0);
	if (WIFSIGNALED(status))
		kill(getpid(), SIGKILL);
	_exit(WEXITSTATUS(status));
}

/* bubblewrap looks there for what it starts, by the number that the process has in this namespace. */
static bool mount_proc(void)
{
	return caps_raise(CAP_SYS_ADMIN) == 0 && unshare(CLONE_NEWNS) == 0 &&
	       mount("none", "/", "none", MS_REC | MS_SLAVE, NULL) == 0 &&
	       mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0;
}

/*
 * bubblewrap binds what it starts to its own life only after a while. The kernel ends all of a pid namespace with its first
 * process, and that one with us. True in the first process.
 */
static bool fork_first(void)
{
	struct pollfd p = {.fd = -1};
	int alive[2];
	pid_t first;

	if (pipe2(alive, O_CLOEXEC) == -1)
		return failed("pipe2");
	first = fork();
	if (first == -1)
		return failed("fork");
	if (first > 0)
		end_as(first, alive[1]);
	close(alive[1]);
	p.fd = alive[0];
	return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && poll(&p, 1, 0) == 0 && mount_proc();
}

/* They give all capabilities, over what is in them. */
static bool enter_namespaces(const struct sandbox *s)
{
	const uid_t uid = geteuid();
	const gid_t gid = getegid();

	if (s->mapped && (!become_creator(s) || caps_raise(CAP_SYS_ADMIN) != 0))
		return false;
	if (unshare(CLONE_NEWUSER | CLONE_NEWPID) == -1)
		return failed("unshare");
	return (s->mapped || map_self(uid, gid)) && caps_lower_effective() == 0;
}

static bool become_root_there(void)
{
	return caps_raise(CAP_SETGID) == 0 && setresgid(0, 0, 0) == 0 && setgroups(0, NULL) == 0 &&
	       caps_raise(CAP_SETUID) == 0 && setresuid(0, 0, 0) == 0 && caps_lower_effective() == 0;
}

bool sandbox_enter(const struct sandbox *s, const int ready[2], const int go[2], pid_t parent)
{
	const char byte = 0;

	close(ready[0]);
	close(go[1]);
	if (!s->namespaces)
		return true;
	if (!enter_namespaces(s))
		return false;
	if (s->mapped && (write(ready[1], &byte, 1) != 1 || hear(go[0]) != 1 || !become_root_there()))
		return false;
	return process_die_with(parent) == 0 && fork_first();
}

static int write_map(pid_t child, const char *file, uid_t outer)
{
	char path[64], text[64];

	snprintf(path, sizeof path, "/proc/%d/%s", (int)child, file);
	snprintf(text, sizeof text, "0 %u 2\n", outer);
	return write_file(path, text);
}

/* The namespace is that of another user: see become_creator(). */
static int map(pid_t child, const char *file, uid_t outer, cap_value_t capability)
{
	int error = caps_raise(CAP_SYS_ADMIN);

	if (!error)
		error = caps_raise(capability);
	if (!error)
		error = write_map(child, file, outer);
	caps_lower();
	return error;
}

static int map_both(pid_t child, uid_t outer)
{
	int error = map(child, "uid_map", outer, CAP_SETUID);

	return error ? error : map(child, "gid_map", outer, CAP_SETGID);
}

int sandbox_let_in(const struct sandbox *s, pid_t child, int ready, int go)
{
	const char byte = 0;
	int heard, error;

	if (!s->namespaces || !s->mapped)
		return 0;
	heard = hear(ready);
	if (heard <= 0)
		return heard ? heard : -EPERM; /* it could not even make a user namespace */
	error = map_both(child, s->outer);
	if (!error && write(go, &byte, 1) != 1)
		error = call_failed("write");
	return error;
}

void sandbox_nothing(const struct sandbox *s)
{
	struct arguments a = {.n = 0};

	add_namespaces(&a, s);
	add_compiler(&a, s);
	add(&a, "--proc", "/proc", "--dev", "/dev", "--mqueue", "/dev/mqueue", "/bin/true", end);
	become(a.list, environment);
}

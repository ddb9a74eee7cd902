#include "process.h"

#include "activity.h"
#include "caps.h"
#include "variant.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_PIDS = 4 * 1024 * 1024 }; /* a limit of the kernel, whatever kernel.pid_max is (proc(5)) */

sigset_t process_enders(void)
{
	static const int enders[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction now;
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof enders / sizeof enders[0]; i++)
		if (sigaction(enders[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
			sigaddset(&set, enders[i]);
	return set;
}

void process_end_by(int sig)
{
	sigset_t one;

	sigemptyset(&one);
	sigaddset(&one, sig);
	signal(sig, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
	raise(sig);
	_exit(128 + sig); /* pid 1 of a container ignores a signal whose action is the default one */
}

int process_die_with(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		return call_failed("prctl");
	if (getppid() == parent)
		return 0;
	errno = ESRCH;
	return call_failed("getppid");
}

void process_default_signals(void)
{
	for (int sig = 1; sig < _NSIG; sig++)
		signal(sig, SIG_DFL); /* fails for SIGKILL, SIGSTOP and those of libc itself */
}

static void unblock_signals(void)
{
	sigset_t none;

	signal(SIGTERM, SIG_DFL); /* what a case process handles, or its ancestors have left ignored */
	signal(SIGHUP, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int silence(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd == -1)
		return call_failed("open");
	for (int std = 0; std <= 2; std++)
		if (dup2(fd, std) == -1)
			return call_failed("dup2");
	if (fd > 2)
		close(fd);
	return 0;
}

/* A row that crashes by design is no reason to leave core files in the folder of whoever runs it. */
static int no_core(void)
{
	const struct rlimit none = {0, 0};

	return setrlimit(RLIMIT_CORE, &none) == -1 ? call_failed("setrlimit") : 0;
}

enum { FIRST_SPARE = 2000000000, SPARES = 100000000 };

/* The last user id of this user namespace (user_namespaces(7)), or 0: it has no room for two more; or -errno. */
static long long last_uid(void)
{
	unsigned long inside, outside, count, last = 0;
	int error = 0;
	FILE *map = fopen("/proc/self/uid_map", "re");

	while (map && fscanf(map, "%lu %lu %lu", &inside, &outside, &count) == 3)
		if (count > 3 &&
		    inside + count - 1 > last) /* room for two users, and not just one mapped by itself */
			last = inside + count - 1;
	if (!map)
		return FIRST_SPARE + SPARES;
	if (ferror(map))
		error = call_failed("read");
	fclose(map);
	return error ? error : (long long)last;
}

int process_spare_uids(uid_t uid[2])
{
	long long last = last_uid();
	int error = last < 0 ? (int)last : caps_raise(CAP_SETUID);

	caps_lower();
	if (last == 0 || error == -EPERM) {
		errno = EPERM;
		return call_failed("setresuid"); /* which is what would be refused */
	}
	if (error)
		return error;
	for (int n = 0; n < 2; n++)
		uid[n] = (uid_t)(last < FIRST_SPARE + SPARES
					 ? last - 1 - n /* the very last one is often "nobody" of the host */
					 : FIRST_SPARE + 2 * (getppid() % (SPARES / 2)) + n);
	return 0;
}

/* Becomes another user; like that, /proc would be closed to those who watch, and the parent's end would go unnoticed. */
static int become(uid_t uid, pid_t parent)
{
	int error = caps_raise(CAP_SETGID);

	if (!error && setgroups(0, NULL) == -1)
		error = call_failed("setgroups");
	if (!error && setresgid(uid, uid, uid) == -1)
		error = call_failed("setresgid");
	caps_lower();
	if (!error)
		error = caps_raise(CAP_SETUID);
	if (!error && setresuid(uid, uid, uid) == -1)
		error = call_failed("setresuid");
	if (!error && prctl(PR_SET_DUMPABLE, 1) == -1)
		error = call_failed("prctl");
	return error ? error : process_die_with(parent);
}

int process_confine(pid_t parent, uid_t uid)
{
	int error = process_die_with(parent);

	if (!error && setpgid(0, 0) == -1)
		error = call_failed("setpgid");
	if (!error)
		error = silence();
	if (!error)
		error = no_core();
	unblock_signals();
	if (!error && uid != 0)
		error = become(uid, parent);
	return error ? error : caps_drop();
}

void process_close_all_but(int kept)
{
	int limit = (int)sysconf(_SC_OPEN_MAX);
	unsigned first = STDERR_FILENO + 1;

	if (syscall(SYS_close_range, first, kept - 1, 0) == 0 && syscall(SYS_close_range, kept + 1, ~0U, 0) == 0)
		return;
	for (int fd = (int)first; fd < limit; fd++) /* before Linux 5.9 */
		if (fd != kept)
			close(fd);
}

int process_unshare(void)
{
	bool privileged = caps_raise(CAP_SYS_ADMIN) == 0;
	int namespaces = CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWNS | (privileged ? 0 : CLONE_NEWUSER);
	int result = unshare(namespaces) == -1 ? call_failed("unshare") : 0;

	caps_lower(); /* a new user namespace has given all of them */
	return result;
}

static int mount_over(const char *type, const char *dir)
{
	int bad = mount("ipckit", dir, type, MS_NOSUID | MS_NODEV, NULL);

	/* A folder that is missing hides nothing. */
	return bad && errno != ENOENT ? call_failed("mount") : 0;
}

/* A change of propagation takes no names; but valgrind wants to read them. */
static int mount_all(void)
{
	int error = mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == -1 ? call_failed("mount") : 0;

	if (!error && mount_over("proc", "/proc") != 0)
		error = mount_over("tmpfs", "/proc"); /* in a container that may not: then it has none */
	if (!error)
		error = mount_over("tmpfs", "/dev/shm");
	return error ? error : mount_over("tmpfs", P_tmpdir);
}

int process_mount_own(void)
{
	int error = caps_raise(CAP_SYS_ADMIN);

	if (!error)
		error = mount_all();
	caps_lower();
	return error;
}

/* Who cannot be killed is waited for in vain: what has failed once is tried again, and what is lost kills nobody else. */
static bool raise_kill(void)
{
	int error = caps_raise(CAP_KILL);

	if (error)
		error = caps_raise(CAP_KILL);
	return !error;
}

static void lower_kill(void)
{
	if (caps_lower_effective() != 0)
		caps_lower();
}

bool process_kill(pid_t pid, int sig)
{
	bool sent = kill(pid, sig) == 0;

	if (sent || errno != EPERM || !raise_kill())
		return sent;
	sent = kill(pid, sig) == 0;
	lower_kill();
	return sent;
}

int process_open(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	return fd == -1 ? call_failed("pidfd_open") : fd;
}

bool process_gone(pid_t pid)
{
	int found = kill(pid, 0);

	return found == -1 && errno == ESRCH;
}

/* Kills every child of this process that /proc shows. False where it shows none. */
static bool kill_children(void)
{
	DIR *proc = activity_possible() == 0 ? opendir("/proc") : NULL;
	pid_t self = getpid();
	bool any = false;

	if (!proc)
		return false;
	for (struct dirent *e; (e = readdir(proc));) {
		pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);
		if (pid > 0 && activity_parent(pid) == self)
			any |= process_kill(pid, SIGKILL);
	}
	closedir(proc);
	return any;
}

/*
 * Kills a child that /proc does not show: waitid(2) knows ours from others. They were made after us, so their pids mostly
 * follow ours; `pid` is where to begin, and then the one that was found. False: there is none, or it may not be killed.
 */
static bool kill_next_child(pid_t *pid)
{
	siginfo_t info;

	for (int n = 0; n < MOST_PIDS; n++, *pid = *pid % MOST_PIDS + 1)
		if (waitid(P_PID, (id_t)*pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && process_kill(*pid, SIGKILL))
			return true;
	return false;
}

pid_t process_wait(pid_t pid, int *status, int options)
{
	pid_t found;

	do
		found = waitpid(pid, status, options);
	while (found == -1 && errno == EINTR);
	return found;
}

unsigned process_reap_all(void)
{
	pid_t last = getpid(), pid;
	unsigned reaped = 0;

	for (;;) {
		pid = process_wait(-1, NULL, WNOHANG);
		if (pid == 0 && (kill_children() || kill_next_child(&last)))
			pid = process_wait(-1, NULL, 0);
		if (pid <= 0)
			return reaped; /* ECHILD, or what is left may not be killed: it would have to be waited for without end */
		reaped++;
	}
}

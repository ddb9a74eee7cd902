#include "telling.h"

#include "carriers.h"

#include <fcntl.h>
#include <mqueue.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/sem.h>

static const char *const nothing[] = {
	/* memory */
	"brk",
	"mmap",
	"munmap",
	"mremap",
	"mprotect",
	"madvise",
	"msync",
	"mlock",
	"mlock2",
	"munlock",
	"mlockall",
	"munlockall",
	"mincore",
	"membarrier",
	"pkey_alloc",
	"pkey_free",
	"pkey_mprotect",
	/* waiting */
	"futex",
	"futex_wait",
	"futex_wake",
	"futex_waitv",
	"futex_requeue",
	"poll",
	"ppoll",
	"select",
	"pselect6",
	"epoll_wait",
	"epoll_pwait",
	"epoll_pwait2",
	"nanosleep",
	"clock_nanosleep",
	"sched_yield",
	"pause",
	"wait4",
	"waitid",
	"restart_syscall",
	"rt_sigsuspend",
	"rt_sigtimedwait",
	"rt_sigpending",
	/* the caller alone */
	"rt_sigaction",
	"rt_sigprocmask",
	"rt_sigreturn",
	"sigaltstack",
	"exit",
	"exit_group",
	"set_robust_list",
	"get_robust_list",
	"set_tid_address",
	"rseq",
	"arch_prctl",
	"alarm",
	"setitimer",
	"getitimer",
	"timer_create",
	"timer_settime",
	"timer_gettime",
	"timer_getoverrun",
	"timer_delete",
	"clock_gettime",
	"clock_getres",
	"gettimeofday",
	"time",
	"getcpu",
	"getrandom",
	"uname",
	"sysinfo",
	"times",
	"getrusage",
	"getrlimit",
	"getpid",
	"gettid",
	"getppid",
	"getpgrp",
	"getpgid",
	"getsid",
	"getuid",
	"geteuid",
	"getgid",
	"getegid",
	"getresuid",
	"getresgid",
	"getgroups",
	"getpriority",
	"sched_getaffinity",
	"sched_getparam",
	"sched_getscheduler",
	"sched_get_priority_max",
	"sched_get_priority_min",
	"getcwd",
	/* looks, and descriptors of its own */
	"fstat",
	"stat",
	"lstat",
	"newfstatat",
	"statx",
	"access",
	"faccessat",
	"faccessat2",
	"close",
	"dup",
	"dup2",
	"dup3",
	"pipe",
	"pipe2",
	"epoll_create",
	"epoll_create1",
	"timerfd_create",
	"timerfd_gettime",
	"inotify_init1",
	"pidfd_open",
	"socket",
	"socketpair",
	"getsockopt",
	"getsockname",
	"getpeername",
	"readlink",
	"readlinkat",
	"getdents64",
	"statfs",
	"fstatfs",
	"fadvise64",
	"inotify_rm_watch",
	"fsync",
	"fdatasync",
	/* the guard's own, before anybody answers; an answer is denied it anyway */
	"unshare",
};

#define NONE (-1)
#define STRING 0
#define LENGTH_IN(argument) (-(argument))

/* What tells something: its arguments, and where one of them is a pointer what is there. */
static const struct teller {
	const char *name;
	int arguments; /* so many of them say something */
	int pointer;   /* number of the one that is a pointer, or NONE */
	int size;      /* bytes there; STRING; or LENGTH_IN() the argument that says how many */
} tellers[] = {
	{"ftruncate", 2, NONE, 0},
	{"fallocate", 4, NONE, 0},
	{"lseek", 3, NONE, 0},
	{"flock", 2, NONE, 0},
	{"fchmod", 2, NONE, 0},
	{"umask", 1, NONE, 0},
	{"kill", 2, NONE, 0},
	{"tkill", 2, NONE, 0},
	{"tgkill", 3, NONE, 0},
	{"setpgid", 2, NONE, 0},
	{"setsid", 0, NONE, 0},
	{"setpriority", 3, NONE, 0},
	{"shmat", 3, NONE, 0},
	{"shmdt", 1, NONE, 0},
	{"shmget", 3, NONE, 0},
	{"semget", 3, NONE, 0},
	{"msgget", 2, NONE, 0},
	{"eventfd", 1, NONE, 0},
	{"eventfd2", 2, NONE, 0},
	{"accept", 1, NONE, 0},
	{"accept4", 1, NONE, 0},
	{"listen", 2, NONE, 0},
	{"shutdown", 2, NONE, 0},
	{"rt_sigqueueinfo", 3, 2, sizeof(siginfo_t)},
	{"rt_tgsigqueueinfo", 4, 3, sizeof(siginfo_t)},
	{"pidfd_send_signal", 4, 2, sizeof(siginfo_t)},
	{"signalfd4", 4, 1, LENGTH_IN(2)},
	{"sched_setaffinity", 3, 2, LENGTH_IN(1)},
	{"epoll_ctl", 4, 3, 12},
	{"timerfd_settime", 3, 2, 32},
	{"connect", 3, 1, LENGTH_IN(2)},
	{"bind", 3, 1, LENGTH_IN(2)},
	{"setsockopt", 5, 3, LENGTH_IN(4)},
	{"memfd_create", 2, 0, STRING},
	{"mq_notify", 2, 1, sizeof(struct sigevent)},
	{"inotify_add_watch", 3, 1, STRING},
	{"link", 2, 1, STRING},
	{"linkat", 5, 3, STRING},
	{"mknod", 3, 0, STRING},
	{"mknodat", 4, 1, STRING},
	{"chmod", 2, 0, STRING},
	{"truncate", 2, 0, STRING},
	{"unlink", 1, 0, STRING},
	{"unlinkat", 3, 1, STRING},
	{"mq_unlink", 1, 0, STRING},
};

enum {
	TELLERS = sizeof tellers / sizeof tellers[0],
	ARGUMENTS = 6,
	MOST_CONTENT = 256,
	BITS_OF_BYTE = 16 /* and of its place */
};

static bool quiet[TELLING_CALLS];
static int numbers[TELLERS];

static void resolve(const char *name, bool *at)
{
	int number = seccomp_syscall_resolve_name(name);

	if (number >= 0 && number < TELLING_CALLS)
		at[number] = true;
}

void telling_prepare(void)
{
	for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++)
		resolve(nothing[i], quiet);
	for (size_t i = 0; i < TELLERS; i++)
		numbers[i] = seccomp_syscall_resolve_name(tellers[i].name);
}

bool telling_nothing(int call)
{
	return call >= 0 && call < TELLING_CALLS && quiet[call];
}

static const struct teller silent = {NULL, 0, NONE, 0};

/* Only what it makes has a name that can be read again. */
static const struct teller *of_name(int flags, const struct teller *path)
{
	return flags & O_CREAT ? path : &silent;
}

static const struct teller *of_fcntl(int command)
{
	static const struct teller lock = {NULL, 3, 2, sizeof(struct flock)}, other = {NULL, 3, NONE, 0};

	switch (command) {
	case F_SETLK:
	case F_SETLKW:
	case F_GETLK:
	case F_OFD_SETLK:
	case F_OFD_SETLKW:
	case F_OFD_GETLK:
		return &lock;
	case F_SETOWN_EX:
		return NULL;
	default:
		return &other;
	}
}

static const struct teller *of_object(int command, int arguments)
{
	static const struct teller whole = {NULL, 4, NONE, 0}, removal = {NULL, 2, NONE, 0};

	if (command == IPC_SET || command == SETALL)
		return NULL;
	return arguments == whole.arguments && command == SETVAL ? &whole : &removal;
}

static const struct teller *of_operations(__u64 n)
{
	static const struct teller some[] = {
		{NULL, 3, 1, 1 * sizeof(struct sembuf)},
		{NULL, 3, 1, 2 * sizeof(struct sembuf)},
		{NULL, 3, 1, 3 * sizeof(struct sembuf)},
		{NULL, 3, 1, 4 * sizeof(struct sembuf)},
	};

	return n > 0 && n <= sizeof some / sizeof some[0] ? &some[n - 1] : NULL;
}

static const struct teller *of_ioctl(unsigned long command)
{
	static const struct teller flag = {NULL, 3, 2, sizeof(int)};

	switch (command) {
	case FIONREAD:
	case TIOCOUTQ: /* SIOCOUTQ, too */
	case TIOCGWINSZ:
	case TCGETS:
	case FIOCLEX:
	case FIONCLEX:
		return &silent;
	case FIONBIO:
		return &flag;
	default:
		return NULL;
	}
}

static const struct teller *of_prctl(int command)
{
	static const struct teller name = {NULL, 1, 1, 16}, other = {NULL, 2, NONE, 0};

	return command == PR_SET_NAME ? &name : &other;
}

/* What these do depends on a command or on flags among their arguments. NULL: nothing that an answer needs. */
static const struct teller *of_command(const struct seccomp_data *call)
{
	static const struct teller first = {NULL, 3, 0, STRING}, second = {NULL, 4, 1, STRING},
				   attributes = {NULL, 2, 1, sizeof(struct mq_attr)};
	const __u64 *args = call->args;

	switch (call->nr) {
	case SCMP_SYS(open):
	case SCMP_SYS(mq_open):
		return of_name((int)args[1], &first);
	case SCMP_SYS(openat):
		return of_name((int)args[2], &second);
	case SCMP_SYS(mq_getsetattr):
		return args[1] ? &attributes : &silent;
	case SCMP_SYS(fcntl):
		return of_fcntl((int)args[1]);
	case SCMP_SYS(shmctl):
	case SCMP_SYS(msgctl):
		return of_object((int)args[1], 3);
	case SCMP_SYS(semctl):
		return of_object((int)args[2], 4);
	case SCMP_SYS(semop):
	case SCMP_SYS(semtimedop):
		return of_operations(args[2]);
	case SCMP_SYS(ioctl):
		return of_ioctl((unsigned long)args[1]);
	case SCMP_SYS(prctl):
		return of_prctl((int)args[0]);
	case SCMP_SYS(prlimit64):
		return args[2] ? NULL : &silent;
	default:
		return NULL;
	}
}

static const struct teller *teller_of(const struct seccomp_data *call)
{
	for (size_t i = 0; i < TELLERS; i++)
		if (numbers[i] == call->nr)
			return &tellers[i];
	return of_command(call);
}

/* What a call says: its arguments but for addresses, and what is there. */
struct said {
	int call;
	uint64_t args[ARGUMENTS];
	unsigned char content[MOST_CONTENT];
	size_t length;
};

/* How many bytes are there; more than can be looked at, where a length says so. */
static size_t length_of(const struct teller *t, const struct seccomp_data *call)
{
	if (t->pointer == NONE || call->args[t->pointer] == 0)
		return 0;
	if (t->size < 0)
		return (size_t)call->args[-t->size];
	return t->size == STRING ? MOST_CONTENT : (size_t)t->size;
}

static void read_string(pid_t pid, uint64_t at, struct said *s)
{
	size_t n = 0;

	while (n < MOST_CONTENT && read_memory(pid, at + n, &s->content[n], 1) && s->content[n] != '\0')
		n++;
	s->length = n;
}

/* False: nobody can say what it says. */
static bool listen_to(pid_t pid, const struct teller *t, const struct seccomp_data *call, struct said *s)
{
	const size_t length = length_of(t, call);

	*s = (struct said){.call = call->nr, .length = length};
	for (int i = 0; i < t->arguments; i++)
		s->args[i] = i == t->pointer ? 0 : call->args[i];
	if (length > MOST_CONTENT)
		return false;
	if (length > 0 && t->size == STRING)
		read_string(pid, call->args[t->pointer], s);
	else if (length > 0 && !read_memory(pid, call->args[t->pointer], s->content, length))
		return false;
	return true;
}

static size_t bytes_that_differ(const void *a, const void *b, size_t n)
{
	const unsigned char *left = a, *right = b;
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += left[i] != right[i];
	return count;
}

/* What the last call of that name said; of one that is the first, nothing. */
static struct said *last_of(int call)
{
	static struct said last[TELLERS + 2 * ARGUMENTS];
	size_t i = 0;

	while (i < sizeof last / sizeof last[0] - 1 && last[i].call != call && last[i].call != 0)
		i++;
	last[i].call = call;
	return &last[i];
}

long telling_bits(pid_t pid, const struct seccomp_data *call)
{
	const struct teller *t = teller_of(call);
	struct said now, *before;
	size_t differ;

	if (t == &silent)
		return 0;
	if (!t || !listen_to(pid, t, call, &now))
		return -1;
	before = last_of(call->nr);
	differ = bytes_that_differ(now.args, before->args, sizeof now.args);
	differ += bytes_that_differ(now.content, before->content, sizeof now.content);
	*before = now;
	return 1 + BITS_OF_BYTE * (long)differ;
}

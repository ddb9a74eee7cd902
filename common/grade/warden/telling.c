#include "telling.h"

#include "carriers.h"

#include <fcntl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <unistd.h>

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
	/* descriptors of its own */
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
	"fstatfs",
	"fadvise64",
	"inotify_rm_watch",
	"fsync",
	"fdatasync",
	/* the guard's own, before anybody answers; an answer is denied it anyway */
	"unshare",
};

/* Whether there is something of that name, or what it is: of /proc/PID another process decides that by what it maps and opens. */
static const char *const looks[] = {
	"fstat",      "stat",       "lstat",     "newfstatat", "statx",
	"statfs",     "access",     "faccessat", "faccessat2", "readlink",
	"readlinkat", "getdents64", "open",      "openat",     "inotify_add_watch",
	"link",       "linkat",     "mknod",     "mknodat",    "chmod",
	"truncate",   "unlink",     "unlinkat",  "connect",    "bind",
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
	COMMANDS = 16, /* as many as of_command() has, and some more */
	ARGUMENTS = 6,
	MOST_CONTENT = 256,
	BITS_OF_BYTE = 16 /* and of its place */
};

static bool quiet[TELLING_CALLS], looking[TELLING_CALLS];
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
	for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++)
		resolve(looks[i], looking);
	for (size_t i = 0; i < TELLERS; i++)
		numbers[i] = seccomp_syscall_resolve_name(tellers[i].name);
}

bool telling_nothing(int call)
{
	return call >= 0 && call < TELLING_CALLS && quiet[call];
}

bool telling_looks(int call)
{
	return call >= 0 && call < TELLING_CALLS && looking[call];
}

static const struct teller silent = {NULL, 0, NONE, 0};

/* Those that tell nothing, those that set what can be read again, and nothing else: there are always more of them. */
static const struct teller *of_fcntl(int command)
{
	static const struct teller lock = {NULL, 3, 2, sizeof(struct flock)}, other = {NULL, 3, NONE, 0};

	switch (command) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
	case F_GETFD:
	case F_SETFD:
	case F_GETFL:
	case F_GETOWN:
	case F_GETSIG:
	case F_GETPIPE_SZ:
	case F_GET_SEALS:
		return &silent;
	case F_SETFL:
	case F_SETOWN:
	case F_SETSIG:
	case F_SETPIPE_SZ:
	case F_ADD_SEALS:
		return &other;
	case F_SETLK:
	case F_SETLKW:
	case F_GETLK:
	case F_OFD_SETLK:
	case F_OFD_SETLKW:
	case F_OFD_GETLK:
		return &lock;
	default:
		return NULL;
	}
}

/* What these set is all in the value itself; a filter, say, would be at an address that is in it. */
static bool is_plain_option(int level, int option)
{
	static const int plain[][2] = {
		{SOL_SOCKET, SO_REUSEADDR},  {SOL_SOCKET, SO_REUSEPORT},  {SOL_SOCKET, SO_SNDBUF},
		{SOL_SOCKET, SO_RCVBUF},     {SOL_SOCKET, SO_SNDTIMEO},   {SOL_SOCKET, SO_RCVTIMEO},
		{SOL_SOCKET, SO_RCVLOWAT},   {SOL_SOCKET, SO_LINGER},     {SOL_SOCKET, SO_KEEPALIVE},
		{SOL_SOCKET, SO_BROADCAST},  {SOL_SOCKET, SO_PASSCRED},   {SOL_SOCKET, SO_PEEK_OFF},
		{SOL_SOCKET, SO_OOBINLINE},  {SOL_SOCKET, SO_PRIORITY},   {IPPROTO_TCP, TCP_NODELAY},
		{IPPROTO_TCP, TCP_CORK},     {IPPROTO_TCP, TCP_QUICKACK}, {IPPROTO_TCP, TCP_USER_TIMEOUT},
		{IPPROTO_IPV6, IPV6_V6ONLY},
	};

	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
		if (plain[i][0] == level && plain[i][1] == option)
			return true;
	return false;
}

static const struct teller *of_option(int level, int option)
{
	static const struct teller value = {NULL, 5, 3, LENGTH_IN(4)};

	return is_plain_option(level, option) ? &value : NULL;
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
	case SCMP_SYS(open): /* also of what is there: inotify(7) tells its name */
		return &first;
	case SCMP_SYS(openat):
		return &second;
	case SCMP_SYS(mq_open):
		return args[3] ? NULL : &first; /* a size, too */
	case SCMP_SYS(setsockopt):
		return of_option((int)args[1], (int)args[2]);
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
		return telling_looks(call->nr) ? &silent : NULL;
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

/* Page by page: behind the end of the string there may be none. False: it is not there, or longer than is looked at. */
static bool read_string(pid_t pid, uint64_t at, struct said *s)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const void *end = NULL;
	size_t n = 0;

	while (!end && n < MOST_CONTENT) {
		size_t more = page - (size_t)((at + n) % page);
		if (more > MOST_CONTENT - n)
			more = MOST_CONTENT - n;
		if (!read_memory(pid, at + n, s->content + n, more))
			return false;
		end = memchr(s->content + n, '\0', more);
		n += more;
	}
	s->length = end ? (size_t)((const unsigned char *)end - s->content) : n;
	memset(s->content + s->length, 0, sizeof s->content - s->length);
	return end;
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
	if (length == 0)
		return true;
	if (t->size == STRING)
		return read_string(pid, call->args[t->pointer], s);
	return read_memory(pid, call->args[t->pointer], s->content, length);
}

static size_t bytes_that_differ(const void *a, const void *b, size_t n)
{
	const unsigned char *left = a, *right = b;
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += left[i] != right[i];
	return count;
}

/* What the last call of that name said; of one that is the first, or for which there is no place, nothing. */
static struct said *last_of(int call)
{
	static struct said last[TELLERS + COMMANDS], none;
	size_t i = 0;

	while (i < sizeof last / sizeof last[0] && last[i].call != call && last[i].call != 0)
		i++;
	if (i == sizeof last / sizeof last[0]) {
		memset(&none, 0, sizeof none);
		return &none;
	}
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

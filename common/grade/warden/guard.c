#include "guard.h"

#include "../protocol.h"
#include "argument.h"
#include "carriers.h"
#include "confine.h"
#include "futex.h"
#include "variant.h"
#include "ways.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/seccomp.h>

enum { NONE = 0, REFUSED = 1, FIRST_DESCRIPTOR = 2 };

/* Seen by the warden, the guarded child until it is another program, and the process that answers. */
static struct board {
	_Atomic uint32_t closed;
	_Atomic uint32_t listener; /* NONE yet, REFUSED, or the descriptor + FIRST_DESCRIPTOR */
	_Atomic int error;         /* errno of the process that answers, which has ended for it */
	struct ways ways;
} * board;

static scmp_filter_ctx filter;

/* What they are given comes back out of another call, by readlink(2), stat(2) or getdents64(2). */
static const char *const names_and_marks[] = {
	"symlink",    "symlinkat", "link",      "linkat",    "rename",    "renameat",  "renameat2",
	"mkdir",      "mkdirat",   "mknod",     "mknodat",   "setxattr",  "lsetxattr", "fsetxattr",
	"setxattrat", "truncate",  "ftruncate", "utimensat", "futimesat", "utimes",    "utime",
};

static int ask_about_names(void)
{
	int bad = 0;

	for (size_t i = 0; i < sizeof names_and_marks / sizeof names_and_marks[0]; i++) {
		int number = seccomp_syscall_resolve_name(names_and_marks[i]);
		if (number != __NR_SCMP_ERROR) /* libseccomp is older than the call */
			bad |= seccomp_rule_add(filter, SCMP_ACT_NOTIFY, number, 0);
	}
	return bad;
}

static int ask_about(void)
{
	int bad = ask_about_names();

	for (size_t i = 0; i < carriers_count; i++)
		bad |= seccomp_rule_add(filter, SCMP_ACT_NOTIFY, carriers[i].call, 0);
	bad |= seccomp_rule_add(filter, SCMP_ACT_NOTIFY, SCMP_SYS(clone), 0);
	bad |= seccomp_rule_add(filter, SCMP_ACT_NOTIFY, SCMP_SYS(fork), 0);
	bad |= seccomp_rule_add(filter, SCMP_ACT_NOTIFY, SCMP_SYS(vfork), 0);
	/* What would let another object have the number of the runner's line. */
	bad |= seccomp_rule_add(filter, SCMP_ACT_NOTIFY, SCMP_SYS(close_range), 0);
	bad |= seccomp_rule_add(filter, SCMP_ACT_NOTIFY, SCMP_SYS(close), 1, INT_ARGUMENT(0, CONNECTION));
	bad |= seccomp_rule_add(filter, SCMP_ACT_NOTIFY, SCMP_SYS(dup2), 1, INT_ARGUMENT(1, CONNECTION));
	bad |= seccomp_rule_add(filter, SCMP_ACT_NOTIFY, SCMP_SYS(dup3), 1, INT_ARGUMENT(1, CONNECTION));
	return bad;
}

bool guard_prepare(void)
{
	board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	filter = seccomp_init(SCMP_ACT_ALLOW);
	return board != MAP_FAILED && filter && seccomp_api_get() >= 5 && ask_about() == 0;
}

void guard_close_ways(enum mechanism asked, pid_t sender, pid_t receiver, size_t bytes)
{
	board->ways.asked = asked;
	board->ways.sender = sender;
	board->ways.receiver = receiver;
	board->ways.bytes = bytes;
	atomic_store(&board->closed, 1);
}

size_t guard_carried(void)
{
	return ways_carried(&board->ways);
}

static bool may_pass(pid_t asking, const struct seccomp_data *call)
{
	if (call->nr == SCMP_SYS(clone) || call->nr == SCMP_SYS(fork) || call->nr == SCMP_SYS(vfork)) {
		board->ways.forks++;
		return true;
	}
	return !atomic_load(&board->closed) || ways_may_pass(&board->ways, asking, call);
}

static void __attribute__((noreturn)) answer(int listener)
{
	struct seccomp_notif_sizes sizes;
	struct seccomp_notif *asked;
	struct seccomp_notif_resp *said;
	struct pollfd p = {.fd = listener, .events = POLLIN};

	if (!confine_die_with_warden() || syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) == -1) {
		board->error = errno;
		_exit(1);
	}
	asked = calloc(1, sizes.seccomp_notif);
	said = calloc(1, sizes.seccomp_notif_resp);
	while (asked && said) {
		if (poll(&p, 1, -1) == -1) {
			if (errno != EINTR)
				break;
			continue;
		}
		if (p.revents & (POLLHUP | POLLERR))
			_exit(0);
		memset(asked, 0, sizes.seccomp_notif);
		memset(said, 0, sizes.seccomp_notif_resp);
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, asked) == -1) {
			if (errno != ENOENT && errno != EINTR) /* who asked is gone */
				break;
			continue;
		}
		said->id = asked->id;
		if (may_pass((pid_t)asked->pid, &asked->data))
			said->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
		else
			said->error = -EPERM;
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, said) == -1 && errno != ENOENT)
			break;
	}
	board->error = errno;
	_exit(1);
}

int guard_error(void)
{
	return board->error ? board->error : board->ways.error;
}

/* Ends a child that would not be guarded. errno: `error`, or what the child says has failed. */
static pid_t without(pid_t pid, int error)
{
	const char *call;

	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	errno = error ? error : confine_failure(&call);
	return -1;
}

/* The table of descriptors is one until guard_enter() has put the listener into it. */
pid_t guard_fork(void)
{
	int listener, error;
	uint32_t state;
	pid_t pid, answers;

	atomic_store(&board->closed, 0);
	board->error = 0;
	memset(&board->ways, 0, sizeof board->ways);
	atomic_store(&board->listener, NONE);
	pid = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, NULL);
	if (pid <= 0)
		return pid;
	while ((state = atomic_load(&board->listener)) == NONE)
		futex_wait(&board->listener, NONE);
	if (state == REFUSED)
		return without(pid, 0);
	listener = (int)(state - FIRST_DESCRIPTOR);
	answers = fork();
	if (answers == 0)
		answer(listener);
	error = errno;
	close(listener);
	return answers == -1 ? without(pid, error) : pid;
}

static void tell(uint32_t state)
{
	atomic_store(&board->listener, state);
	futex_wake_all(&board->listener);
}

static void __attribute__((noreturn)) refuse(const char *call)
{
	confine_failed(call_failed(call));
	tell(REFUSED);
	_exit(127);
}

void guard_enter(void)
{
	int listener;

	if (!confine_die_with_warden())
		refuse("prctl");
	listener = seccomp_load(filter) == 0 ? seccomp_notify_fd(filter) : -1;
	if (listener < 0)
		refuse("seccomp");
	/* A table of its own before ours loses the descriptor, and before any call that is asked about. */
	if (unshare(CLONE_FILES) == -1)
		refuse("unshare");
	close(listener); /* held here, nobody would be told when the process that answers is gone */
	tell((uint32_t)listener + FIRST_DESCRIPTOR);
}

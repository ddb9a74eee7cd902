#include "guard.h"

#include "../protocol.h"
#include "argument.h"
#include "carriers.h"
#include "clock.h"
#include "confine.h"
#include "futex.h"
#include "telling.h"
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

enum { NONE = 0, REFUSED = 1, FIRST_DESCRIPTOR = 2, LOOK_AGAIN_MS = 1, TIMED_MS = 1000, MOST_WAITING = 64 };

/* Seen by the warden, the guarded child until it is another program, and the process that answers. */
static struct board {
	_Atomic uint32_t closed;
	_Atomic uint32_t listener; /* NONE yet, REFUSED, or the descriptor + FIRST_DESCRIPTOR */
	_Atomic int error;         /* errno of the process that answers, which has ended for it */
	struct ways ways;
} * board;

static scmp_filter_ctx filter;

/* All but what is known to tell nothing: a call that is younger than that list is asked about, and refused. */
static int ask_about_the_rest(void)
{
	int bad = 0;

	telling_prepare();
	for (int call = 0; call < TELLING_CALLS; call++)
		if (!telling_nothing(call))
			bad |= seccomp_rule_add(filter, SCMP_ACT_NOTIFY, call, 0);
	return bad;
}

static int ask_about(void)
{
	int bad = ask_about_the_rest();

	/* What would let another object have the number of the runner's line. */
	bad |= seccomp_rule_add(filter, SCMP_ACT_NOTIFY, SCMP_SYS(close), 1, INT_ARGUMENT(0, CONNECTION));
	bad |= seccomp_rule_add(filter, SCMP_ACT_NOTIFY, SCMP_SYS(dup2), 1, INT_ARGUMENT(1, CONNECTION));
	bad |= seccomp_rule_add(filter, SCMP_ACT_NOTIFY, SCMP_SYS(dup3), 1, INT_ARGUMENT(1, CONNECTION));
	return bad;
}

bool guard_prepare(void)
{
	board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	filter = seccomp_init(SCMP_ACT_ALLOW);
	return board != MAP_FAILED && filter && seccomp_api_get() >= 5 &&
	       seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0 && ask_about() == 0;
}

void guard_close_ways(enum mechanism asked, pid_t sender, pid_t receiver, const unsigned long lines[2], size_t bytes)
{
	board->ways.asked = asked;
	board->ways.sender = sender;
	board->ways.receiver = receiver;
	memcpy(board->ways.lines, lines, sizeof board->ways.lines);
	board->ways.bytes = bytes;
	atomic_store(&board->closed, 1);
}

size_t guard_carried(void)
{
	return ways_carried(&board->ways);
}

static enum verdict judge(pid_t asking, const struct seccomp_data *call)
{
	if (call->nr == SCMP_SYS(clone) || call->nr == SCMP_SYS(fork) || call->nr == SCMP_SYS(vfork))
		return ways_judge_fork(&board->ways, asking);
	if (!atomic_load(&board->closed))
		return ways_judge_open(&board->ways, asking, call);
	return ways_judge(&board->ways, asking, call);
}

/* What is asked, and those that have to wait for their answer. */
static struct line {
	int listener;
	struct seccomp_notif *asked;
	struct seccomp_notif_resp *said;
	struct seccomp_notif_sizes sizes;
	struct waiting {
		long long since;
		__u64 id;
		pid_t pid;
		struct seccomp_data call;
	} waiting[MOST_WAITING];
	size_t nwaiting;
} line;

/* Any verdict but LATER. False: nobody can be answered any more. */
static bool say(__u64 id, enum verdict verdict, int call)
{
	memset(line.said, 0, line.sizes.seccomp_notif_resp);
	line.said->id = id;
	if (verdict == REFUSE)
		line.said->error = -EPERM;
	else if (verdict == EMPTY)
		line.said->error = call == SCMP_SYS(msgrcv) ? -ENOMSG : -EAGAIN;
	else
		line.said->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	return ioctl(line.listener, SECCOMP_IOCTL_NOTIF_SEND, line.said) == 0 ||
	       errno == ENOENT; /* who asked is gone */
}

static bool hear_one(void)
{
	enum verdict verdict;

	memset(line.asked, 0, line.sizes.seccomp_notif);
	if (ioctl(line.listener, SECCOMP_IOCTL_NOTIF_RECV, line.asked) == -1)
		return errno == ENOENT || errno == EINTR;
	verdict = judge((pid_t)line.asked->pid, &line.asked->data);
	if (verdict == LATER && line.nwaiting == MOST_WAITING)
		verdict = REFUSE; /* an answer may not have so many threads */
	if (verdict != LATER)
		return say(line.asked->id, verdict, line.asked->data.nr);
	line.waiting[line.nwaiting++] =
		(struct waiting){clock_now(), line.asked->id, (pid_t)line.asked->pid, line.asked->data};
	return true;
}

/* Its own limit does not run while it waits here. */
static bool is_over(const struct waiting *w)
{
	return carrier_is_timed(&w->call) && clock_now() - w->since > (long long)TIMED_MS * NS_PER_MS;
}

/* Whoever has been interrupted does not wait any more. */
static bool judge_waiting(void)
{
	size_t kept = 0;
	bool ok = true;

	for (size_t i = 0; i < line.nwaiting && ok; i++) {
		struct waiting *w = &line.waiting[i];
		enum verdict verdict = PASS;
		if (ioctl(line.listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &w->id) == 0)
			verdict = judge(w->pid, &w->call);
		if (verdict == LATER && !is_over(w))
			line.waiting[kept++] = *w;
		else
			ok = say(w->id, verdict == LATER ? PASS : verdict, w->call.nr);
	}
	line.nwaiting = kept;
	return ok;
}

static bool prepare_line(int listener)
{
	line.listener = listener;
	if (!confine_die_with_warden() || syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &line.sizes) == -1)
		return false;
	line.asked = calloc(1, line.sizes.seccomp_notif);
	line.said = calloc(1, line.sizes.seccomp_notif_resp);
	return line.asked && line.said;
}

static void __attribute__((noreturn)) answer(int listener)
{
	struct pollfd p = {.fd = listener, .events = POLLIN};
	bool ok = prepare_line(listener);

	while (ok) {
		int heard = poll(&p, 1, line.nwaiting > 0 ? LOOK_AGAIN_MS : -1);
		if (p.revents & (POLLHUP | POLLERR))
			_exit(0);
		if (heard > 0)
			ok = hear_one();
		else if (heard == -1)
			ok = errno == EINTR;
		ok = ok && judge_waiting();
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

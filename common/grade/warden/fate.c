#include "fate.h"

#include "activity.h"
#include "clock.h"
#include "confine.h"
#include "report/names.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

/* What hangs may cost in all, and when even an answer that is only slow has had its time. */
static const long long budget_ns = 3LL * NS_PER_S, most_ns = 12LL * NS_PER_S;
static const long long longest_ns =
	16LL * NS_PER_S; /* the same in the middle of an experiment: well before the alarm */
static const long long least_ns = 500LL * NS_PER_MS; /* more than a hang takes to be proven */

/* The loader and constructors. */
static const char before_hooks[] = "the start (before any hook)";

static long long spent, used;
static unsigned hangs[LEAVE + 1]; /* by what was to be done */

/* What the answer has cost: its own time, and that of looking through what it has made, which others do not take from it. */
static long long cost(void)
{
	struct timespec cpu = {0};

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
	return used + cpu.tv_sec * NS_PER_S + cpu.tv_nsec;
}

const char *bout_tired(void)
{
	bool hung = spent >= budget_ns;

	for (int i = 0; i <= LEAVE; i++)
		hung |= hangs[i] >= 2;
	if (hung)
		return "no answer came in time before";
	return cost() >= most_ns ? "what was tried before was too slow" : NULL;
}

void fate_used(const struct vigil *v)
{
	used += vigil_cost(v);
}

void fate_stage(pid_t pid, char stage[STAGE_SIZE])
{
	char path[32];
	FILE *f;

	stage[0] = '\0';
	snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return;
	if (fgets(stage, STAGE_SIZE, f))
		stage[strcspn(stage, "\n")] = '\0';
	fclose(f);
}

static void last_stage(const struct bout *b, int seat, char stage[STAGE_SIZE])
{
	const struct seat *s = &b->seats[seat];

	if (seat == OWNER && b->reaped)
		memcpy(stage, s->stage, STAGE_SIZE);
	else
		fate_stage(s->pid, stage);
}

/* Before it says hello: setup() is not all that runs then. */
static const char *first_hook(const struct bout *b, int seat)
{
	static const char *const stages[][2] = {
		{STAGE_SETUP, "setup()"},
		{STAGE_TEARDOWN, "teardown()"},
		{"", "setup()"},
	};
	char stage[STAGE_SIZE];

	last_stage(b, seat, stage);
	for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++)
		if (strcmp(stage, stages[i][0]) == 0)
			return stages[i][1];
	return before_hooks;
}

static const char *hook(const struct bout *b, int seat)
{
	static const char *const names[] = {
		[ATTACH] = "attach()", [JOIN] = "join()",         [SEND] = "send()", [RECV] = "recv()",
		[REAP] = "waitpid()",  [TEARDOWN] = "teardown()", [LEAVE] = "exit",
	};

	return b->seats[seat].what == HELLO ? first_hook(b, seat) : names[b->seats[seat].what];
}

bool fate_is_dead(pid_t pid)
{
	struct activity a;

	return activity_read(pid, &a) != 0 || a.state == 'Z' || a.state == 'X';
}

/* The kernel also shows it of a zombie that is not our child. -1 = it does not tell. */
static int status_of(pid_t pid)
{
	struct activity a;

	for (int i = 0; i < 200 && !fate_is_dead(pid); i++)
		poll(NULL, 0, 1); /* it hangs up some time before it is dead */
	return activity_read(pid, &a) == 0 ? a.status : -1;
}

static void died(struct bout *b, int seat, int number, const char *where)
{
	const char *name = signal_name(number);
	const char *cause = number == SIGPIPE ? "sigpipe" : where == before_hooks ? "start" : "crash";
	char text[24];

	if (number == SIGXCPU) {
		spent += budget_ns;
		trouble_set(&b->trouble, "spin", "the %s had used all the CPU time that it may in %s (SIGXCPU)",
			    bout_who(b, seat), where);
		return;
	}
	snprintf(text, sizeof text, "signal %d", number);
	trouble_set(&b->trouble, cause, "the %s died of %s in %s", bout_who(b, seat), name ? name : text, where);
}

/* What its runner says before it ends. An answer can say that as well: then it has spoilt its own points. */
static bool broken(struct bout *b, int seat)
{
	char stage[STAGE_SIZE], call[STAGE_SIZE];
	int error;

	last_stage(b, seat, stage);
	if (sscanf(stage, "!%15[a-z0-9] %d", call, &error) != 2)
		return false;
	trouble_set(&b->trouble, "runner", "the %s could not go on: %s: %s", bout_who(b, seat), call,
		    strerror(error));
	return true;
}

void fate_ended(struct bout *b, int seat)
{
	const char *who = bout_who(b, seat), *where = hook(b, seat), *call;
	int status = seat == OWNER && b->reaped ? b->status : status_of(b->seats[seat].pid);

	if (broken(b, seat))
		return;
	if (status == -1) {
		trouble_set(&b->trouble, "exit", "the %s ended in %s", who, where);
	} else if (WIFSIGNALED(status)) {
		died(b, seat, WTERMSIG(status), where);
	} else if (where == before_hooks && confine_failure(&call)) {
		trouble_set(&b->trouble, "grader", "a process does not start: %s: %s", call,
			    strerror(confine_failure(&call)));
	} else if (WEXITSTATUS(status) == SANITIZER_EXIT) {
		trouble_set(&b->trouble, "sanitizer", "the %s was stopped by a sanitizer in %s", who, where);
	} else {
		trouble_set(&b->trouble, "exit", "the %s exited in %s with status %d", who, where,
			    WEXITSTATUS(status));
	}
}

/* The system call that it sleeps in. */
static const char *sleeps_in(pid_t pid, char *text, size_t size)
{
	unsigned long args[6];
	long number;
	char *name = activity_call(pid, &number, args)
			     ? seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, (int)number)
			     : NULL;

	snprintf(text, size, "%s%s%s", name ? " in " : "", name ? name : "", name ? "(2)" : "");
	free(name);
	return text;
}

/* What it is seen to do just now. */
static const char *state_in_words(pid_t pid, char *text, size_t size)
{
	struct activity a;
	char call[64];

	if (activity_read(pid, &a) != 0)
		snprintf(text, size, "it is gone");
	else if (a.state == 'S' || a.state == 'D')
		snprintf(text, size, "it sleeps%s%s", sleeps_in(pid, call, sizeof call),
			 a.timed ? " by the clock" : "");
	else if (a.state == 'R')
		snprintf(text, size, "it runs, or has just woken up");
	else
		snprintf(text, size, "it is in state %c", a.state);
	return text;
}

/* Nobody knows what would come later: only that nothing has come, in how long, and what the process does. */
static void no_answer(struct bout *b, int seat, const char *cause, const char *more, const struct vigil *v)
{
	char state[100];

	trouble_set(&b->trouble, cause, "no answer from %s in the %s within %.1f s%s: %s", hook(b, seat),
		    bout_who(b, seat), (double)v->watched / NS_PER_S, more,
		    state_in_words(b->seats[seat].pid, state, sizeof state));
}

/* Other programs have all the CPUs: that is nothing that anybody can be graded by. */
static void starved(struct bout *b, const struct vigil *v)
{
	trouble_set(&b->trouble, "grader", "this machine is too busy: the answer was run for %.1f of %.1f s",
		    (double)vigil_cost(v) / NS_PER_S, (double)v->watched / NS_PER_S);
	say_note("grader", b->trouble.text);
}

/* A seat whose process was stopped, and that may be why the other one waits; -1 = neither. */
static int stopped_seat(const struct bout *b)
{
	struct activity a;

	for (int i = 0; i < 2; i++)
		if (b->seats[i].pid > 0 && activity_read(b->seats[i].pid, &a) == 0 && a.state == 'T')
			return i;
	return -1;
}

/* A seat that is awaited and sleeps by the clock, rather the one that the other may wait for; -1 = neither. */
static int napping_seat(const struct bout *b, int seat)
{
	struct activity a;

	for (int i = 0; i < 2; i++) {
		int who = i == 0 ? !seat : seat;
		if (b->seats[who].pid > 0 && b->seats[who].ordered && !seat_replied(&b->seats[who]) &&
		    activity_read(b->seats[who].pid, &a) == 0 && a.timed)
			return who;
	}
	return -1;
}

static void hung(struct bout *b, int seat, enum fate fate, const struct vigil *v)
{
	int napping = napping_seat(b, seat);
	int stopped = fate == STUCK || fate == DOZING ? stopped_seat(b) : -1;
	char text[64];

	spent += vigil_cost(v);
	hangs[b->seats[seat].what]++;
	if (stopped != -1) {
		trouble_set(&b->trouble, "stopped", "the %s is stopped in %s, and nobody continues it",
			    bout_who(b, stopped), hook(b, stopped));
	} else if (fate == STUCK) {
		trouble_set(&b->trouble, "hang", "the %s sleeps for ever in %s%s", bout_who(b, seat), hook(b, seat),
			    sleeps_in(b->seats[seat].pid, text, sizeof text));
	} else if (fate == GREEDY) {
		trouble_set(&b->trouble, "memory", "more than %d MiB of memory were in use in %s", MOST_RESIDENT_MIB,
			    hook(b, seat));
	} else if (fate == SPINNING) {
		snprintf(text, sizeof text, " and %lld ms of CPU time", v->cpu / NS_PER_MS);
		no_answer(b, seat, "spin", text, v);
	} else if (napping != -1) {
		no_answer(b, napping, "naps", "", v);
	} else {
		no_answer(b, seat, "hang", "", v);
	}
}

void fate_stuck(struct bout *b, int seat, enum fate fate, const struct vigil *v)
{
	if (fate == STARVED)
		starved(b, v);
	else if (fate == SLOW)
		no_answer(b, seat, "slow", "", v);
	else
		hung(b, seat, fate, v);
}

bool fate_gives_up(struct bout *b, int seat, const struct vigil *v)
{
	long long waited = vigil_cost(v), left = budget_ns - spent;

	if (cost() + waited >= longest_ns) {
		no_answer(b, seat, "slow", "", v);
		return true;
	}
	if (spent == 0 || waited < (left > least_ns ? left : least_ns))
		return false;
	trouble_set(&b->trouble, "tired", "given up after %.1f s in %s: such waits had cost %.1f s before",
		    (double)v->watched / NS_PER_S, hook(b, seat), (double)spent / NS_PER_S);
	spent += waited;
	return true;
}

void fate_waited(long long ns)
{
	spent += ns;
}

const char *fate_errno(int result, char text[ERRNO_TEXT])
{
	const char *name = result > INT_MIN ? errno_name(-result) : NULL;

	if (result == -1)
		snprintf(text, ERRNO_TEXT, "-1 (as -errno that is -%s)", name);
	else if (name)
		snprintf(text, ERRNO_TEXT, "-%s", name);
	else
		snprintf(text, ERRNO_TEXT, "%d", result);
	return text;
}

const char *fate_cause(int result, const char *cause)
{
	switch (result) {
	case -1:
		return "minus_one";
	case -EINTR:
		return "interrupted";
	case -EAGAIN:
		return "again";
	case -EMFILE:
	case -ENFILE:
		return "too_many";
	case -EEXIST:
	case -EADDRINUSE:
		return "taken";
	default:
		return cause;
	}
}

bool fate_no_hook(struct bout *b, const char *hook_name, int result)
{
	static const struct {
		int result;
		const char *cause, *more;
	} reasons[] = {
		{NO_HOOK, "no_hook", ""},
		{NO_MEMORY, "no_mem", ", and link.mem is NULL"},
		{NO_SIZE, "no_size", ", and link.size is 0"},
		{NO_ROOM, "no_size", ", and link.size is less than a message has"},
	};

	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		if (result != reasons[i].result)
			continue;
		trouble_set(&b->trouble, reasons[i].cause, "there is no %s hook%s", hook_name, reasons[i].more);
		return true;
	}
	return false;
}

void fate_error(struct bout *b, int seat, const char *hook_name, int result)
{
	char text[ERRNO_TEXT], cause[sizeof b->trouble.cause];

	if (fate_no_hook(b, hook_name, result))
		return;
	snprintf(cause, sizeof cause, "%.*s", (int)strcspn(hook_name, "("), hook_name);
	trouble_set(&b->trouble, result == -1 ? "hook_minus_one" : fate_cause(result, cause),
		    "%s returned %s in the %s", hook_name, fate_errno(result, text), bout_who(b, seat));
}

#include "bench/lane.h"

#include "activity.h"
#include "clock.h"
#include "failure.h"
#include "journal.h"
#include "objects.h"
#include "process.h"
#include "supervisor.h"
#include "trial.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	TICK_MS = 50,
	IDLE_S = 3,  /* no step, and hardly any CPU time used */
	BUSY_S = 20, /* no step, but busy: ptrace needs minutes for 64 MiB */
	IDLE_PERCENT = 5,
	IDLE_LOOKS = 20, /* of some 60 in that time */
	LEAVE_S = 2,
	READY = 2, /* reports of both ends */
};

/* How a wait ended. */
enum news { CARRIED_OUT, GAVE_UP, DIED, IDLE, SLOW, TOLD_TO_STOP };

int lane_stop_signal(void)
{
	static const struct timespec at_once;
	static int stop;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (!stop) {
		int sig = sigtimedwait(&set, NULL, &at_once);
		stop = sig > 0 ? sig : 0;
	}
	return stop;
}

static bool has_ended(int pidfd)
{
	struct pollfd p = {.fd = pidfd, .events = POLLIN};

	return pidfd >= 0 && poll(&p, 1, 0) == 1;
}

static pid_t pid_of(const struct lane *l, int seat)
{
	return atomic_load(&l->control->pid[seat]);
}

static void find_ends(struct lane *l)
{
	for (int i = 0; i < 2; i++)
		if (l->pidfd[i] < 0 && pid_of(l, i) > 0)
			l->pidfd[i] = process_open(pid_of(l, i));
}

static bool anybody_has_ended(const struct lane *l)
{
	return has_ended(l->pidfd[SENDER]) || has_ended(l->pidfd[RECEIVER]) || has_ended(l->keeper_fd);
}

/* How far a lane has got, and what it has used for that. */
struct pulse {
	uint64_t steps;
	unsigned long long cpu_ns;
	bool running;
	long long at;
	unsigned looks; /* how often it was compared with a later one */
};

static struct pulse take_pulse(const struct lane *l)
{
	struct pulse p = {.at = clock_now()};

	for (int i = 0; i < 2; i++) {
		struct activity a = {0};
		pid_t pid = pid_of(l, i);
		if (pid > 0 && activity_read(pid, &a) == 0) {
			p.cpu_ns += a.cpu_ns;
			p.running |= a.state == 'R' || a.state == 'D';
		}
		p.steps += atomic_load(&l->control->progress[i].steps);
	}
	return p;
}

/*
 * CARRIED_OUT while it gets on, and for some time after. Idleness goes by the CPU time, since a process may wake up again
 * and again only to find nothing.
 */
static enum news judge(const struct lane *l, struct pulse *last)
{
	struct pulse now = take_pulse(l);
	long long since = now.at - last->at;

	last->looks++; /* where the machine itself stood still we had no time to look, and they none to get on */
	if (now.steps != last->steps)
		*last = now;
	else if (since > (long long)BUSY_S * NS_PER_S)
		return SLOW;
	else if (since > (long long)IDLE_S * NS_PER_S && last->looks > IDLE_LOOKS && !now.running &&
		 (double)(now.cpu_ns - last->cpu_ns) * 100 < (double)since * IDLE_PERCENT)
		return IDLE;
	return CARRIED_OUT;
}

static enum news await(struct lane *l)
{
	struct control *c = l->control;
	struct pulse last = take_pulse(l);
	enum news news;

	for (;;) {
		uint32_t reports = atomic_load(&c->reports);
		if (atomic_load(&c->failed))
			return GAVE_UP;
		if (reports >= READY)
			return CARRIED_OUT;
		control_wait(&c->reports, reports, TICK_MS);
		find_ends(l);
		if (atomic_load(&c->reports) != reports)
			continue;
		if (anybody_has_ended(l))
			return DIED;
		if (lane_stop_signal())
			return TOLD_TO_STOP;
		news = judge(l, &last);
		if (news != CARRIED_OUT)
			return news;
	}
}

static void remove_objects(struct lane *l)
{
	for (int i = 0; i < WAYS; i++)
		objects_remove(l->name[i], NULL);
}

/* As waitpid() has it, or -1. A traced process may stop first. */
static int reap_one(pid_t pid)
{
	int status = -1;

	do
		if (process_wait(pid, &status, 0) != pid)
			return -1;
	while (WIFSTOPPED(status));
	return status;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Ends and reaps all; tells how each end ended, -1 = unknown. They become ours one after the other. */
static void reap(struct lane *l, int status[2])
{
	find_ends(l);
	for (int i = 0; i < 2; i++)
		if (pid_of(l, i) > 0)
			process_kill(pid_of(l, i), SIGKILL);
	if (pid_of(l, SENDER) > 0)
		process_kill(-pid_of(l, SENDER), SIGKILL);
	process_kill(l->keeper, SIGKILL);
	reap_one(l->keeper);
	close_fd(&l->keeper_fd);
	for (int i = 0; i < 2; i++) {
		status[i] = pid_of(l, i) > 0 ? reap_one(pid_of(l, i)) : -1;
		close_fd(&l->pidfd[i]);
	}
	l->running = false;
}

static const char *during(const struct lane *l, int seat)
{
	const char *what = atomic_load(&l->control->during[seat]);

	return what ? what : "start";
}

/* It was killed with its owner, or ended when it found that the owner had gone. */
static bool followed(int status)
{
	return WIFEXITED(status) || WTERMSIG(status) == SIGKILL;
}

static void say_died(struct lane *l, struct cell *c, const bool died[2], const int status[2])
{
	int seat = died[RECEIVER] && !(died[SENDER] && followed(status[RECEIVER]));

	if (status[seat] != -1 && WIFSIGNALED(status[seat]))
		cell_crashed(c, WTERMSIG(status[seat]), "%s died of signal %d in %s", seat_name(seat),
			     WTERMSIG(status[seat]), during(l, seat));
	else
		cell_fail(c, "%s ended by itself in %s", seat_name(seat), during(l, seat));
}

/* Sent one by one a number arrives as it was; sent faster than it is read, it does not. */
static bool numbers_ran_together(const struct lane *l, const char *where)
{
	return l->variant && l->variant->group == NUMBER && strcmp(where, "throughput") == 0;
}

/* As blame() has it: what it would be made of, or where, is missing. */
static void say_error(struct cell *c, const struct give_up *g, const char *where)
{
	cell_error(c, g->error, g->call, where);
	if (g->error == ENOENT && (strcmp(where, "setup()") == 0 || strcmp(where, "start") == 0))
		c->status = UNSUPPORTED;
}

static void say_gave_up(struct lane *l, struct cell *c)
{
	const struct give_up *g = &l->control->give_up;
	const char *where = during(l, g->seat);

	if (g->error == EBADMSG && numbers_ran_together(l, where))
		cell_not_applicable(c, "numbers that wait are added up");
	else if (g->error == EBADMSG && strcmp(where, "delivery") == 0) {
		cell_truth(c, false);
		cell_detail(c, "does not deliver");
	} else if (g->error == EBADMSG)
		cell_fail(c, "other bytes came than were sent, in %s", where);
	else
		say_error(c, g, where);
}

/* Ends a lane that did not get on, and says why in the outcome. */
static void break_off(struct lane *l, enum news news, struct cell *c)
{
	bool died[2] = {has_ended(l->pidfd[SENDER]), has_ended(l->pidfd[RECEIVER])};
	int status[2];

	reap(l, status);
	remove_objects(l);
	if (news == DIED)
		say_died(l, c, died, status);
	else if (news == GAVE_UP)
		say_gave_up(l, c);
	else if (news == IDLE)
		cell_hung(c, "nothing moved any more in %s", during(l, SENDER));
	else if (news == SLOW)
		cell_not_applicable(c, "no message within %d s", BUSY_S);
}

static struct pair make_pair(struct lane *l, const struct cpus *cpus)
{
	struct pair p = {
		.variant = l->variant, .extra = l->extra, .size = l->size, .cpus = cpus, .control = l->control};

	p.lossy = l->variant && (l->variant->group == MESSAGE || l->variant->group == NUMBER);
	for (int i = 0; i < WAYS; i++) {
		p.way[i] = (struct way){.variant = l->variant, .extra = l->extra, .link = {.fd = {-1, -1}, .id = -1}};
		memcpy(p.way[i].link.name, l->name[i], sizeof l->name[i]);
	}
	return p;
}

static int make_names(struct lane *l)
{
	int error = 0;

	for (int i = 0; i < WAYS && !error; i++) {
		error = objects_name(l->name[i], sizeof l->name[i]);
		if (!error)
			error = journal_add(l->name[i]);
	}
	return error;
}

static int make_control(struct lane *l, const struct cpus *cpus)
{
	static long long clock_ns;

	if (!clock_ns)
		clock_ns = control_clock_cost();
	if (!l->control)
		l->control = shared_memory(sizeof *l->control);
	if (!l->control)
		return call_failed("mmap");
	memset(l->control, 0, sizeof *l->control);
	l->control->clock_ns = clock_ns;
	l->control->looks = cpus_allow_spinning(cpus) ? 2000 : 0;
	return 0;
}

/* Leaves the owner to the bench, whatever became of it, which learns from there how it ended. */
static void __attribute__((noreturn)) keep_owner(struct pair *p, pid_t bench)
{
	int error = process_die_with(bench);
	pid_t self = getpid(), pid;
	siginfo_t info;

	setpgid(0, 0);
	journal_leave();
	pid = error ? -1 : fork();
	if (pid == 0) {
		error = process_confine(self, 0);
		pair_owner(p, error);
	}
	if (pid == -1 && !error)
		control_give_up(p->control, SENDER, -call_failed("fork"), "fork");
	if (pid == -1)
		_exit(EXIT_FAILURE); /* the bench has ended */
	atomic_store(&p->control->pid[SENDER], pid);
	while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == -1 && errno == EINTR)
		;
	_exit(EXIT_SUCCESS);
}

static int start_owner(struct lane *l, const struct cpus *cpus)
{
	struct pair p = make_pair(l, cpus);
	pid_t self = getpid();

	l->keeper = fork();
	if (l->keeper == -1)
		return call_failed("fork");
	if (l->keeper == 0)
		keep_owner(&p, self);
	l->keeper_fd = process_open(l->keeper);
	l->running = true;
	return 0;
}

static void set_outcomes(struct lane *l, const struct cell *c)
{
	for (int i = 0; i < TASKS; i++)
		if (l->outcome[i].status == FAILED && !l->outcome[i].detail[0])
			l->outcome[i] = *c;
}

bool lane_start(struct lane *l, const struct cpus *cpus)
{
	struct cell why = {0};
	enum news news;
	long long began = clock_now();
	int error = make_control(l, cpus);

	l->keeper_fd = l->pidfd[SENDER] = l->pidfd[RECEIVER] = -1;
	if (!error)
		error = make_names(l);
	if (!error)
		error = start_owner(l, cpus);
	if (error) {
		cell_error(&why, -error, call_that_failed(-error, "fork"), "start");
		set_outcomes(l, &why);
		return false;
	}
	news = await(l);
	l->spent_ns += clock_now() - began;
	if (news == CARRIED_OUT) {
		l->setup_ns = l->control->setup_ns;
		return true;
	}
	break_off(l, news, &why);
	l->unsuitable = l->extra == LARGE_BUFFER && why.error == ENOTSUP && strcmp(why.call, "F_SETPIPE_SZ") == 0;
	if (news != TOLD_TO_STOP)
		set_outcomes(l, &why);
	return false;
}

bool lane_wants(const struct lane *l, enum task task)
{
	const struct cell *c = &l->outcome[task];

	return l->running && (c->status == MEASURED || !c->detail[0]);
}

bool lane_do(struct lane *l, const struct cpus *cpus, const struct order *order)
{
	struct cell why = {0};
	enum news news;
	long long began = clock_now();

	control_order(l->control, order);
	news = await(l);
	l->spent_ns += clock_now() - began;
	if (news == CARRIED_OUT)
		return true;
	break_off(l, news, &why);
	if (news == TOLD_TO_STOP || order->task == COUNTED)
		return false;
	if (order->task == LIMIT) {
		set_outcomes(l, &why);
		return false;
	}
	l->outcome[order->task] = why;
	l->running = true; /* for the sake of the question */
	l->running = lane_wants(l, order->task == ROUND_TRIP ? THROUGHPUT : ROUND_TRIP);
	if (l->running)
		lane_start(l, cpus);
	return false;
}

void lane_stop(struct lane *l)
{
	const struct order leave = {.task = LEAVE};
	long long patience = clock_now() + (long long)LEAVE_S * NS_PER_S;
	int status[2];

	if (!l->running)
		return;
	control_order(l->control, &leave);
	while (!atomic_load(&l->control->failed) && clock_now() < patience && l->pidfd[SENDER] >= 0 &&
	       !has_ended(l->pidfd[SENDER])) {
		struct pollfd p = {.fd = l->pidfd[SENDER], .events = POLLIN};
		poll(&p, 1, TICK_MS);
	}
	reap(l, status);
	remove_objects(l);
}

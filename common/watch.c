#include "watch.h"

#include "activity.h"
#include "clock.h"
#include "failure.h"
#include "process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	TICK_MS = 50,    /* how often the ends are looked at when nothing happens */
	STILL_TICKS = 6, /* nobody moved for that long: a hang */
	BUSY_TICKS =
		60, /* the same where others want the CPUs: what a kernel thread has to hand over (pty(7)) waits, too */
	REST_SPIN_MS = 50, /* CPU time after which a process counts as spinning where it could have slept */
	SPIN_S = 3,        /* CPU time after which an end that has not finished counts as spinning */
	SETTLE_MS = 2000,  /* after one end failed: how long the other may take to fail, too, or to fall asleep */
};

static volatile sig_atomic_t terminated;
static sigset_t while_asleep;

static void on_termination(int signal)
{
	(void)signal;
	terminated = 1;
}

void watch_for_termination(void)
{
	struct sigaction action = {.sa_handler = on_termination};
	sigset_t blocked;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, &while_asleep);
	sigdelset(&while_asleep, SIGTERM); /* it is only let in where nothing can be half done */
	sigaction(SIGTERM, &action, NULL);
}

static struct report *report_of(const struct trial *t, int seat)
{
	return &t->board->report[seat];
}

static pid_t pid_of(const struct trial *t, int seat)
{
	return atomic_load(&report_of(t, seat)->pid);
}

static enum phase phase_of(const struct trial *t, int seat)
{
	return atomic_load(&report_of(t, seat)->phase);
}

static void end_trial(struct trial *t, bool good)
{
	t->watch.over = true;
	t->watch.good = good;
}

/* The cell says why already: what becomes of the processes then is no cause. */
static void give_up(struct trial *t)
{
	t->watch.told = true;
	end_trial(t, false);
}

static void open_pidfds(struct trial *t)
{
	for (int i = 0; i < SEATS; i++) {
		pid_t pid = pid_of(t, i);
		if (pid && !t->watch.dead[i] && t->watch.pidfd[i] < 0)
			t->watch.pidfd[i] = process_open(pid);
		if (t->watch.pidfd[i] == -ESRCH)
			t->watch.dead[i] = true; /* and reaped by the row before we could look */
		if (t->watch.pidfd[i] == -EMFILE ||
		    t->watch.pidfd[i] == -ENFILE) { /* then /proc cannot be read either */
			cell_error(t->watch.cell, -t->watch.pidfd[i], "pidfd_open", "watching the experiment");
			give_up(t);
		}
	}
}

/* Waits for the bell, for the end of a process, or for the time to pass. True: something happened. */
static bool doze(struct trial *t, int ms)
{
	const struct timespec limit = {.tv_nsec = (long)ms * NS_PER_MS};
	struct pollfd fds[SEATS + 1];
	uint64_t rings;

	open_pidfds(t);
	for (int i = 0; i < SEATS; i++)
		fds[i] = (struct pollfd){.fd = t->watch.dead[i] ? -1 : t->watch.pidfd[i], .events = POLLIN};
	fds[SEATS] = (struct pollfd){.fd = t->bell, .events = POLLIN};
	if (ppoll(fds, SEATS + 1, &limit, &while_asleep) <= 0)
		return false;
	for (int i = 0; i < SEATS; i++)
		t->watch.dead[i] |= fds[i].revents != 0;
	return !fds[SEATS].revents || read(t->bell, &rings, sizeof rings) > 0;
}

/* "waits in recv()", "spins in send()", "waits for the other end", … */
static void describe_one(const struct trial *t, int seat, char *text, size_t size)
{
	struct activity a = {.state = 'S'};
	enum phase phase = phase_of(t, seat);
	const char *doing = "waits";

	if (activity_read(pid_of(t, seat), &a) != 0 && process_gone(pid_of(t, seat)))
		a.state = 'Z';
	if (a.state == 'Z' || a.state == 'T' || a.state == 'R')
		doing = a.state == 'Z' ? "has ended" : a.state == 'T' ? "is stopped" : "spins";
	if (phase == ENDED)
		snprintf(text, size, "has finished");
	else if (phase == IN_TURN && a.state == 'S')
		snprintf(text, size, "waits for the other end");
	else
		snprintf(text, size, "%s in %s", doing, phase_name(phase));
}

/* Says what each process is doing. */
static void describe(const struct trial *t, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (int i = 0; i < SEATS && used < size; i++) {
		char doing[48];

		if (pid_of(t, i) == 0)
			continue;
		describe_one(t, i, doing, sizeof doing);
		used += (size_t)snprintf(text + used, size - used, "%s%s %s", used ? ", " : "", seat_name(i), doing);
	}
}

static void hang(struct trial *t, const char *after)
{
	char text[144];

	describe(t, text, sizeof text);
	cell_hung(t->watch.cell, "%s%s", text, after);
	give_up(t);
}

/* One look at a process. False: it has moved since the last one, or could by itself. */
static bool has_not_moved(struct trial *t, int seat, struct activity *a)
{
	bool same;

	if (activity_read(pid_of(t, seat), a) != 0) {
		t->watch.dead[seat] |= process_gone(pid_of(t, seat));
		return false;
	}
	if (a->state == 'Z' || a->state == 'X')
		t->watch.dead[seat] = true; /* where pidfd_open(2) is missing, this is how we learn */
	same = a->cpu_ns + a->runs == t->watch.pulse[seat];
	t->watch.pulse[seat] = a->cpu_ns + a->runs;
	return same && strchr("STZX", a->state);
}

/* A hang: nobody moved since last time, and nobody can unless another one does. */
static void look_for_hang(struct trial *t)
{
	bool still = true;

	for (int i = 0; i < SEATS; i++) {
		struct activity a = {.state = 'Z'};

		if (pid_of(t, i) == 0)
			continue;
		still &= has_not_moved(t, i, &a) && !a.timed;
		if (a.cpu_ns > (unsigned long long)SPIN_S * NS_PER_S) {
			hang(t, "");
			return;
		}
	}
	t->watch.still_ticks = still ? t->watch.still_ticks + 1 : 0;
	if (t->watch.still_ticks >= BUSY_TICKS || (t->watch.still_ticks >= STILL_TICKS && !activity_is_busy()))
		hang(t, "");
}

/* One process failed. Lets the others run into what follows from it, so that the cause can be told from the effect. */
static void settle(struct trial *t)
{
	long long deadline = clock_now() + (long long)SETTLE_MS * NS_PER_MS;

	for (int i = 0; i < SEATS; i++) {
		struct activity a;

		while (pid_of(t, i) && !t->watch.dead[i] && clock_now() < deadline) {
			t->watch.dead[i] = process_gone(pid_of(t, i));
			if (activity_read(pid_of(t, i), &a) != 0 || activity_stuck(&a) || a.timed)
				break;
			t->watch.dead[i] |= a.state == 'Z';
			doze(t, 1);
		}
	}
	end_trial(t, false);
}

static bool failed(const struct trial *t)
{
	for (int i = 0; i < SEATS; i++)
		if (t->watch.dead[i] && !t->watch.killed[i] && phase_of(t, i) != ENDED)
			return true;
	return atomic_load(&t->board->first_error) != 0;
}

static bool all_ended(const struct trial *t)
{
	bool any = false;

	for (int i = 0; i < SEATS; i++) {
		if (pid_of(t, i) && !t->watch.dead[i])
			return false;
		any |= pid_of(t, i) != 0;
	}
	return any;
}

/* What may have happened since the last look. */
static void notice(struct trial *t)
{
	if (terminated) {
		cell_fail(t->watch.cell, "interrupted");
		give_up(t);
	} else if (failed(t)) {
		settle(t);
	} else if (all_ended(t)) {
		end_trial(t, true);
	} else if (clock_now() > t->watch.deadline) {
		hang(t, ", at the deadline");
	}
}

void watch_once(struct trial *t)
{
	bool quiet = !doze(t, TICK_MS);

	notice(t);
	if (quiet && !t->watch.over)
		look_for_hang(t);
}

static bool others_have_not_moved(struct trial *t, int seat)
{
	struct activity a;
	bool still = true;

	for (int i = 0; i < SEATS; i++)
		if (i != seat && pid_of(t, i) && !t->watch.dead[i])
			still &= has_not_moved(t, i, &a);
	return still;
}

/* Whether a process rests is read from /proc: without it there is no answer. */
static bool can_see(struct trial *t)
{
	struct activity a;
	int error = t->watch.over ? 0 : activity_read(getpid(), &a);

	if (error) {
		cell_no_proc(t->watch.cell, -error, call_that_failed(-error, "open"), "looking into /proc");
		give_up(t);
	}
	return error == 0;
}

enum rest watch_rest(struct trial *t, int seat, uint32_t step, int still_ms)
{
	const int look_ms = still_ms / 4 + 1;
	const long long still = (long long)still_ms * NS_PER_MS;
	struct activity a = {.state = 'R'};
	unsigned long long cpu_at_first = 0;
	long long first = clock_now(), still_since = first, all_still_since = first;

	while (can_see(t) && !t->watch.over && atomic_load(&t->board->step) < step) {
		bool here = phase_is_hook(phase_of(t, seat));
		long long now = clock_now();

		if (!here || !has_not_moved(t, seat, &a))
			still_since = all_still_since = now;
		if (!others_have_not_moved(t, seat))
			all_still_since = now;
		if (!here || cpu_at_first == 0)
			cpu_at_first = a.cpu_ns;
		if (here && a.state == 'R' && a.cpu_ns - cpu_at_first > (unsigned long long)REST_SPIN_MS * NS_PER_MS)
			return SPINNING;
		if (now - all_still_since >= still || now - still_since >= 10 * still)
			return RESTING;
		if (here && a.timed && now - first >= 10 * still)
			return RESTING;
		doze(t, look_ms);
		notice(t);
	}
	return t->board && atomic_load(&t->board->step) >= step ? STEPPED : LOST;
}

enum rest watch_progress(struct trial *t, int seat, uint32_t step, int still_ms, int note)
{
	const volatile long long *progress = t->board ? &t->board->note[note] : NULL;
	enum rest rest = SPINNING;
	long long before;

	while (progress && rest == SPINNING) {
		before = *progress;
		rest = watch_rest(t, seat, step, still_ms);
		if (*progress == before)
			break;
	}
	return progress ? rest : LOST;
}

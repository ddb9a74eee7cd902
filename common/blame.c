#include "blame.h"

#include "errors.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* The signal of which a process died by itself; 0 = none. Another one's SIGKILL may only be the echo of the owner's end. */
static int death(const struct trial *t, int seat)
{
	int status = t->watch.status[seat];
	bool echo = seat != (int)t->script->owner && t->watch.dead[t->script->owner];

	echo |= seat == THIRD && t->watch.dead[other_end(t->script->owner)]; /* it may be that one's child */

	if (!t->watch.dead[seat] || t->watch.killed[seat] || status == -1 || !WIFSIGNALED(status))
		return 0;
	return WTERMSIG(status) == SIGKILL && echo ? 0 : WTERMSIG(status);
}

static const char *where(const struct trial *t, int seat)
{
	return phase_name(atomic_load(&t->board->report[seat].phase));
}

/* Both ends were killed at once, or the peer followed the owner: where the owner was at that time is chance. */
static bool killed_together(const struct trial *t, int seat, int signal)
{
	enum end owner = t->script->owner;

	return signal == SIGKILL && seat == (int)owner && t->watch.dead[other_end(owner)];
}

static bool died(struct trial *t, int seat, bool of_sigpipe)
{
	int signal = death(t, seat);

	if (signal == 0 || (signal == SIGPIPE) != of_sigpipe)
		return false;
	if (killed_together(t, seat, signal))
		cell_crashed(t->watch.cell, signal, "both ends were killed");
	else
		cell_crashed(t->watch.cell, signal, "%s died in %s", seat_name(seat), where(t, seat));
	return true;
}

static bool crashed(struct trial *t, int seat)
{
	return died(t, seat, false);
}

/* The other end's child that outlives it becomes ours only where the kernel, or what stands in for it, lets us adopt. */
static void ended_unseen(struct trial *t, int seat)
{
	int adopting = 0;

	prctl(PR_GET_CHILD_SUBREAPER, &adopting);
	if (adopting)
		cell_fail(t->watch.cell, "%s ended in %s", seat_name(seat), where(t, seat));
	else
		cell_fail(t->watch.cell, "%s ended in %s; nobody can see how: no subreaper: prctl: %s",
			  seat_name(seat), where(t, seat), strerror(EINVAL));
}

static bool left_early(struct trial *t, int seat)
{
	const struct report *r = &t->board->report[seat];
	int status = t->watch.status[seat];

	if (!t->watch.dead[seat] || t->watch.killed[seat] || r->error || atomic_load(&r->phase) == ENDED ||
	    death(t, seat))
		return false;
	if (status == -1)
		ended_unseen(t, seat);
	else if (WIFEXITED(status))
		cell_fail(t->watch.cell, "%s exited with status %d in %s", seat_name(seat), WEXITSTATUS(status),
			  where(t, seat));
	else
		return false;
	return true;
}

/* What a call returns when the other end is gone, and with it a name that was there after setup. */
static bool is_effect(const struct report *r)
{
	if (r->error == ENOENT)
		return r->failed_in != IN_SETUP && r->failed_in != STARTING;
	return error_says_gone(r->error);
}

static bool reported(struct trial *t, int seat, bool effect)
{
	const struct report *r = &t->board->report[seat];

	if (r->error == 0 || is_effect(r) != effect)
		return false;
	if (r->breach[0])
		cell_fail(t->watch.cell, "%s", r->breach);
	else
		cell_error(t->watch.cell, r->error, r->call, phase_name(r->failed_in));
	if (r->error == ENOENT && (r->failed_in == IN_SETUP || r->failed_in == STARTING))
		t->watch.cell->status = UNSUPPORTED; /* what it would be made of, or where, is missing */
	return true;
}

static bool reported_a_cause(struct trial *t, int seat)
{
	return reported(t, seat, false);
}

static bool died_of_sigpipe(struct trial *t, int seat)
{
	return died(t, seat, true);
}

static bool reported_an_effect(struct trial *t, int seat)
{
	return reported(t, seat, true);
}

/*
 * Causes come before effects. A writer's SIGPIPE most often only follows from the reader's end. Among equals the owner
 * comes first: when it dies, the others are killed before they can show what is wrong with them, so any other order
 * would depend on who was faster.
 */
void blame(struct trial *t)
{
	static bool (*const causes[])(struct trial * t, int seat) = {
		crashed, left_early, reported_a_cause, died_of_sigpipe, reported_an_effect,
	};
	const int order[SEATS] = {(int)t->script->owner, (int)other_end(t->script->owner), THIRD};

	if (t->watch.told)
		return;
	for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
		for (int j = 0; j < SEATS; j++)
			if (causes[i](t, order[j]))
				return;
}

#include "bout.h"

#include "clock.h"
#include "fate.h"
#include "vigil.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

enum { LOOK_MS = 20 };

static bool has_ended(pid_t pid)
{
	siginfo_t end = {0};

	return waitid(P_PID, (id_t)pid, &end, WEXITED | WNOHANG | WNOWAIT) == 0 && end.si_pid == pid;
}

bool bout_owner_ended(struct bout *b)
{
	struct seat *s = &b->seats[OWNER];

	if (b->reaped || s->pid <= 0 || !has_ended(s->pid))
		return b->reaped;
	fate_stage(s->pid, s->stage); /* whoever was waited for has no name any more */
	b->reaped = waitpid(s->pid, &b->status, 0) == s->pid;
	return b->reaped;
}

void bout_order(struct bout *b, int seat, enum order_kind what, uint32_t link)
{
	struct order o = {.what = (uint32_t)what, .link = link};

	seat_order(&b->seats[seat], &o, NULL, NULL);
}

static bool pending(const struct bout *b, int seat)
{
	return b->seats[seat].ordered && !seat_replied(&b->seats[seat]);
}

bool bout_deaf(struct bout *b, int seat)
{
	int error = b->seats[seat].error;

	if (error)
		trouble_set(&b->trouble, "grader", "%s: %s", b->seats[seat].call, strerror(error));
	return error != 0;
}

static bool failed(struct bout *b, int seat)
{
	struct seat *s = &b->seats[seat];

	if (bout_deaf(b, seat))
		return true;
	if (pending(b, seat) && s->wrong)
		trouble_set(&b->trouble, "attest", "what the %s answers %s", bout_who(b, seat), s->wrong);
	else if (pending(b, seat) && s->gone)
		fate_ended(b, seat);
	else
		return false;
	return true;
}

static void wait_a_little(struct bout *b, int ms)
{
	struct pollfd p[2];

	for (int i = 0; i < 2; i++) {
		struct seat *s = &b->seats[i];
		bool listen = s->fd != -1 && !s->gone && pending(b, i);
		p[i] = (struct pollfd){.fd = listen ? s->fd : -1, .events = POLLIN};
		if (s->sent < s->outgoing)
			p[i].events |= POLLOUT;
	}
	poll(p, 2, ms);
	seat_pump(&b->seats[OWNER]);
	seat_pump(&b->seats[PEER]);
}

/* A seat that is waited for, -1 where all have obeyed. Of two it is the receiver. */
static int late(const struct bout *b, int seat)
{
	bool owner = seat != PEER && pending(b, OWNER), peer = seat != OWNER && pending(b, PEER);

	if (owner && peer)
		return bout_receiver(b, 0);
	return owner ? OWNER : peer ? PEER : -1;
}

/* Until `seat` has obeyed, or one of those who must not end (a seat, or BOTH) has. */
static bool await(struct bout *b, int seat, int alive, struct vigil *v)
{
	long long looked = clock_now();
	bool watched = false;

	for (int who; (who = late(b, seat)) != -1;) {
		enum fate fate;

		v->both = alive == BOTH && pending(b, OWNER) && pending(b, PEER);
		if ((alive != PEER && failed(b, OWNER)) || (alive != OWNER && failed(b, PEER)))
			return false;
		wait_a_little(b, LOOK_MS);
		if (clock_now() - looked < (long long)LOOK_MS * NS_PER_MS)
			continue;
		looked = clock_now();
		if (!watched)
			vigil_begin(v, v->both);
		watched = true;
		fate = vigil_look(v);
		if (fate != MOVING)
			fate_stuck(b, who, fate, v);
		if (fate != MOVING || fate_gives_up(b, who, v))
			return false;
	}
	return true;
}

static bool await_in_time(struct bout *b, int seat, int alive)
{
	struct vigil v = {0};
	bool obeyed = await(b, seat, alive, &v);

	fate_used(&v);
	return obeyed;
}

bool bout_await(struct bout *b, int seat)
{
	return await_in_time(b, seat, seat);
}

bool bout_await_beside(struct bout *b, int seat)
{
	return await_in_time(b, seat, BOTH);
}

void bout_settle(struct bout *b, long long least, long long most)
{
	long long start = clock_now();
	struct pulse last = family_pulse();
	int quiet = 0;

	while (clock_now() - start < most && (quiet < 3 || clock_now() - start < least)) {
		struct pulse now;
		wait_a_little(b, 2);
		now = family_pulse();
		quiet = !now.running && !now.blocked && now.runs == last.runs ? quiet + 1 : 0;
		last = now;
	}
}

bool bout_await_rest(struct bout *b, int seat)
{
	long long most = (long long)PATIENCE_MS * NS_PER_MS;
	unsigned long long runs;
	struct vigil v;
	int quiet = 0;

	vigil_begin(&v, false);
	while (pending(b, seat) && !b->seats[seat].gone && quiet < 3) {
		if (vigil_cost(&v) >= most || v.watched >= (long long)LATE_MS * NS_PER_MS) {
			fate_waited(vigil_cost(&v));
			return false;
		}
		wait_a_little(b, 2);
		runs = v.last.runs;
		vigil_look(&v);
		quiet = v.last.stuck && v.last.runs == runs ? quiet + 1 : 0;
	}
	return true;
}

bool bout_await_quiet(struct bout *b, int seat)
{
	const long long most = (long long)QUIET_MS * NS_PER_MS;
	long long start = clock_now();
	struct pulse last = family_pulse();
	int quiet = 0;

	while (pending(b, seat) && !b->seats[seat].gone && quiet < 3 && clock_now() - start < most) {
		struct pulse now;
		wait_a_little(b, 2);
		now = family_pulse();
		quiet = !now.running && !now.blocked && now.runs == last.runs ? quiet + 1 : 0;
		last = now;
	}
	return !pending(b, seat);
}

bool bout_await_end(struct bout *b, int seat)
{
	struct vigil v;

	vigil_begin(&v, false);
	while (seat == OWNER ? !bout_owner_ended(b) : !fate_is_dead(b->seats[seat].pid)) {
		enum fate fate = vigil_look(&v);
		if (fate != MOVING) {
			fate_used(&v);
			fate_stuck(b, seat, fate, &v);
			return false;
		}
		poll(NULL, 0, 1);
	}
	fate_used(&v);
	return true;
}

void bout_kill(struct bout *b, int seat)
{
	kill(b->seats[seat].pid, SIGKILL);
	bout_await_end(b, seat);
}

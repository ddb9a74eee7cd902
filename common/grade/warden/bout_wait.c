#include "bout.h"

#include "clock.h"
#include "fate.h"
#include "vigil.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

enum { LOOK_MS = 20 };

bool bout_owner_ended(struct bout *b)
{
	pid_t pid = b->seats[OWNER].pid;

	if (!b->reaped && pid > 0 && waitpid(pid, &b->status, WNOHANG) == pid)
		b->reaped = true;
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

static bool failed(struct bout *b, int seat)
{
	struct seat *s = &b->seats[seat];

	if (pending(b, seat) && s->broken)
		trouble_set(&b->trouble, "attest", "what the %s answers is no answer", bout_who(b, seat));
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

bool bout_await(struct bout *b, int seat)
{
	bool both = seat == BOTH, watched = false;
	long long start = clock_now(), looked = start;
	struct vigil v;

	for (;;) {
		bool owner = (both || seat == OWNER) && pending(b, OWNER);
		bool peer = (both || seat == PEER) && pending(b, PEER);
		enum fate fate;
		int late;

		if ((owner && failed(b, OWNER)) || (peer && failed(b, PEER)))
			return false;
		if (!owner && !peer)
			return true;
		wait_a_little(b, LOOK_MS);
		if (clock_now() - looked < (long long)LOOK_MS * NS_PER_MS)
			continue;
		looked = clock_now();
		if (!watched)
			vigil_begin(&v, owner && peer);
		watched = true;
		v.both = owner && peer;
		late = owner && peer ? bout_receiver(b, 0) : owner ? OWNER : PEER;
		fate = vigil_look(&v);
		if (fate != MOVING) {
			fate_stuck(b, late, fate, &v);
			return false;
		}
		if (fate_gives_up(b, late, &v))
			return false;
	}
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
		quiet = !now.running && now.runs == last.runs ? quiet + 1 : 0;
		last = now;
	}
}

bool bout_await_rest(struct bout *b, int seat)
{
	long long start = clock_now();
	struct pulse last = family_pulse();
	int quiet = 0;

	while (pending(b, seat) && !b->seats[seat].gone && quiet < 3) {
		struct pulse now;
		if (clock_now() - start >= (long long)PATIENCE_MS * NS_PER_MS) {
			fate_waited(clock_now() - start);
			return false;
		}
		wait_a_little(b, 2);
		now = family_pulse();
		quiet = now.stuck && now.runs == last.runs ? quiet + 1 : 0;
		last = now;
	}
	return true;
}

bool bout_await_end(struct bout *b, int seat)
{
	struct vigil v;

	vigil_begin(&v, false);
	while (seat == OWNER ? !bout_owner_ended(b) : !fate_is_dead(b->seats[seat].pid)) {
		enum fate fate = vigil_look(&v);
		if (fate != MOVING) {
			fate_stuck(b, seat, fate, &v);
			return false;
		}
		poll(NULL, 0, 1);
	}
	return true;
}

void bout_kill(struct bout *b, int seat)
{
	kill(b->seats[seat].pid, SIGKILL);
	bout_await_end(b, seat);
}

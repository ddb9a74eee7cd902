#include "bout.h"

#include "attest.h"
#include "clock.h"
#include "family.h"
#include "fate.h"
#include "guard.h"
#include "objects.h"
#include "random.h"
#include "residue.h"
#include "sight.h"
#include "vigil.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_CALLERS = 64 };

int bout_prepare(struct bout *b, const struct warden *w)
{
	b->warden = w;
	if (seat_prepare(&b->seats[OWNER]) != 0)
		return -ENOMEM;
	return seat_prepare(&b->seats[PEER]);
}

const char *bout_who(const struct bout *b, int seat)
{
	if (b->warden->level->strangers)
		return seat == OWNER ? "process that called setup()" : "process that joined";
	return seat == OWNER ? "parent" : "child";
}

int bout_sender(const struct bout *b, uint32_t link)
{
	return b->ends[link] == 's' ? OWNER : PEER;
}

int bout_receiver(const struct bout *b, uint32_t link)
{
	return b->ends[link] == 's' ? PEER : OWNER;
}

static pid_t start(struct bout *b, const char *role)
{
	const struct warden *w = b->warden;
	char *argv[] = {(char *)w->program,
			(char *)w->socket_path,
			(char *)role,
			b->size,
			b->ends,
			b->names[0],
			b->names[1],
			NULL};
	pid_t pid;

	if (!b->ends[1])
		argv[6] = NULL;
	confine_expect();
	pid = b->guarded ? guard_fork() : fork();
	if (pid != 0)
		return pid;
	sight_end();
	if (b->guarded)
		guard_enter();
	confine_exec(&w->confinement, w->program, argv);
}

/* Where the owner forks its peer, the pid is nothing that we can know beforehand; whose child it is, attest() says. */
static bool take(struct bout *b, int fd)
{
	pid_t who = attest_who(fd, &b->trouble);
	int seat = who == b->seats[OWNER].pid ? OWNER : PEER;
	struct seat *s = &b->seats[seat];

	if (who <= 0 || s->fd != -1)
		return false;
	if (seat == PEER && b->warden->level->strangers && who != s->pid)
		return false;
	seat_take(s, who, fd);
	return true;
}

/* The next who calls, or -1. */
static int next_caller(const struct bout *b)
{
	return accept4(b->warden->listener, NULL, NULL, SOCK_CLOEXEC);
}

/* Where other answers have our uid as well they can call us: that is nothing that ours has done. */
static bool accept_all(struct bout *b, int *callers)
{
	for (int i = 0; i < MOST_CALLERS; i++) {
		int fd = next_caller(b);
		bool kin = fd != -1 && family_has(attest_who(fd, &b->trouble));

		if (fd == -1)
			break;
		*callers += kin;
		if (!kin || !take(b, fd))
			close(fd);
	}
	return *callers <= MOST_CALLERS;
}

static bool present(const struct bout *b, int seat)
{
	return b->seats[seat].fd != -1 && seat_replied(&b->seats[seat]);
}

/* Until these seats have said hello, or will never. */
static bool hear_hello(struct bout *b, bool owner, bool peer, struct vigil *v)
{
	long long start = clock_now();
	int callers = 0;

	vigil_begin(v, false);
	for (;;) {
		struct pollfd p = {.fd = b->warden->listener, .events = POLLIN};
		enum fate fate;

		if (!accept_all(b, &callers)) {
			trouble_set(&b->trouble, "attest", "its processes call the grader again and again");
			return false;
		}
		seat_pump(&b->seats[OWNER]);
		seat_pump(&b->seats[PEER]);
		if (b->trouble.cause[0] || bout_deaf(b, OWNER) || bout_deaf(b, PEER))
			return false;
		if ((!owner || present(b, OWNER)) && (!peer || present(b, PEER)))
			return true;
		if (b->seats[OWNER].fd != -1 && b->seats[OWNER].reply.result < 0)
			return true; /* setup() has failed: nobody else will come */
		if (bout_owner_ended(b)) {
			fate_ended(b, OWNER);
			return false;
		}
		if (poll(&p, 1, 2) == 1)
			continue;
		fate = clock_now() - start > 20LL * NS_PER_MS ? vigil_look(v) : MOVING;
		if (fate != MOVING) {
			fate_stuck(b, b->seats[OWNER].fd == -1 ? OWNER : PEER, fate, v);
			return false;
		}
	}
}

static bool await_hello(struct bout *b, bool owner, bool peer)
{
	struct vigil v;
	bool heard = hear_hello(b, owner, peer, &v);

	fate_used(&v);
	return heard;
}

static bool hooks_ok(struct bout *b, int seat, const char *hook)
{
	int result = b->seats[seat].reply.result;

	if (result >= 0)
		return true;
	fate_error(b, seat, hook, result);
	return false;
}

static bool start_stranger(struct bout *b)
{
	pid_t pid = start(b, "stranger");

	if (pid == -1) {
		trouble_set(&b->trouble, "grader", "a process does not start: %s", strerror(errno));
		return false;
	}
	b->seats[PEER].pid = pid;
	return await_hello(b, false, true);
}

/* Of two ends that have it in common none would have to send anything. */
static bool memory_apart(struct bout *b)
{
	uint64_t mark;

	random_fill(&mark, sizeof mark);
	if (!seat_shares(&b->seats[OWNER], &b->seats[PEER], mark))
		return !bout_deaf(b, OWNER) && !bout_deaf(b, PEER);
	trouble_set(&b->trouble, "attest", "both ends have the runner's own memory in common");
	return false;
}

static bool lives(struct bout *b, int seat)
{
	bool dead = fate_is_dead(b->seats[seat].pid);

	if (dead)
		fate_ended(b, seat);
	return !dead;
}

static bool reach(struct bout *b, int seat)
{
	struct seat *s = &b->seats[seat];
	int error = seat_reach(s) ? 0 : errno;

	if (error && lives(b, seat)) {
		errno = error;
		attest_unseen(&b->trouble, "open /proc/PID/mem");
	}
	return !error;
}

/* Of one that has just ended there was nothing to be seen, and that is no failure of ours. */
static bool attested(struct bout *b, const pid_t pids[2], const int fds[2], pid_t parent)
{
	bool ok = attest(pids, fds, parent, &b->trouble);

	if (!ok && strcmp(b->trouble.cause, "grader") == 0 &&
	    (fate_is_dead(pids[OWNER]) || fate_is_dead(pids[PEER]))) {
		b->trouble = (struct trouble){0};
		fate_ended(b, fate_is_dead(pids[OWNER]) ? OWNER : PEER);
	}
	return ok;
}

/* The memory comes last: two that were one may have become two by execve(2) since it was opened before, but never one again. */
bool bout_attest(struct bout *b)
{
	const pid_t pids[2] = {b->seats[OWNER].pid, b->seats[PEER].pid};
	const int fds[2] = {b->seats[OWNER].fd, b->seats[PEER].fd};

	return lives(b, OWNER) && lives(b, PEER) &&
	       attested(b, pids, fds, b->warden->level->strangers ? getpid() : pids[OWNER]) && reach(b, OWNER) &&
	       reach(b, PEER) && memory_apart(b);
}

/* One that has failed is why the other waits. */
static bool await_attached(struct bout *b)
{
	struct trouble hang;

	if (bout_await(b, BOTH))
		return true;
	hang = b->trouble;
	for (int i = 0; i < 2; i++) {
		if (!seat_replied(&b->seats[i]) || b->seats[i].reply.result >= 0)
			continue;
		b->trouble = (struct trouble){0};
		hooks_ok(b, i, i == PEER && b->warden->level->strangers ? "join()" : "attach()");
		return false;
	}
	b->trouble = hang;
	return false;
}

/* Each end at the same time: the one may wait for the other. */
static bool attach(struct bout *b, uint32_t link, const struct link *values)
{
	bool stranger = b->warden->level->strangers;
	struct order to_owner = {.what = ATTACH, .link = link, .peer = b->seats[PEER].pid};
	struct order to_peer = {.what = stranger ? JOIN : ATTACH, .link = link, .peer = b->seats[OWNER].pid};

	if (stranger)
		to_peer.bytes = sizeof *values;
	seat_order(&b->seats[OWNER], &to_owner, NULL, NULL);
	seat_order(&b->seats[PEER], &to_peer, NULL, stranger ? values : NULL);
	return await_attached(b) && hooks_ok(b, PEER, stranger ? "join()" : "attach()") &&
	       hooks_ok(b, OWNER, "attach()");
}

static bool attach_all(struct bout *b)
{
	struct hello h;

	memcpy(&h, b->seats[OWNER].data, sizeof h); /* what setup() has made of the links: only passed on */
	for (uint32_t i = 0; b->ends[i]; i++)
		if (!attach(b, i, &h.links[i]))
			return false;
	return true;
}

static void reset(struct bout *b, const char *ends, size_t size)
{
	snprintf(b->ends, sizeof b->ends, "%s", ends);
	snprintf(b->size, sizeof b->size, "%zu", size);
	b->trouble = (struct trouble){0};
	b->reaped = false;
	b->status = 0;
	for (int i = 0; i < 2; i++)
		seat_clear(&b->seats[i]);
}

bool bout_open(struct bout *b, const char *ends, size_t size)
{
	bool stranger = b->warden->level->strangers;

	reset(b, ends, size);
	for (int i = 0; i < MOST_LINKS; i++) {
		int error = objects_name(b->names[i], sizeof b->names[i]);
		if (error)
			trouble_set(&b->trouble, "grader", "getrandom: %s", strerror(-error));
	}
	residue_know(b->names);
	b->seats[OWNER].pid = start(b, stranger ? "owner" : "pair");
	if (b->seats[OWNER].pid == -1)
		trouble_set(&b->trouble, "grader", "a process does not start: %s", strerror(errno));
	return !b->trouble.cause[0] && await_hello(b, true, !stranger) && hooks_ok(b, OWNER, "setup()") &&
	       (!stranger || start_stranger(b)) && bout_attest(b) && attach_all(b);
}

void bout_end(struct bout *b)
{
	int fd;

	b->guarded = false;
	family_end();
	b->reaped = true;
	for (int i = 0; i < 2; i++)
		seat_close(&b->seats[i]);
	for (int i = 0; i < MOST_CALLERS; i++) {
		fd = next_caller(b);
		if (fd == -1)
			break;
		close(fd); /* who called and was never heard */
	}
}

void bout_close(struct bout *b)
{
	bout_end(b);
	residue_clear();
}

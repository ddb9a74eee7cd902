#include "harness.h"

#include "blame.h"
#include "caps.h"
#include "clock.h"
#include "failure.h"
#include "futex.h"
#include "journal.h"
#include "objects.h"
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	DEADLINE_S = 30, /* the last resort */
	HIGH_FD = 500,   /* out of the way of rows that reuse the lowest descriptor */
};

/* Where the row's own descriptors do not come; where RLIMIT_NOFILE is too low for that, the descriptor as it is. */
static int move_up(int fd)
{
	int high = fcntl(fd, F_DUPFD_CLOEXEC, HIGH_FD);

	if (high == -1)
		return fd;
	close(fd);
	return high;
}

static int make_bell(void)
{
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

	return fd == -1 ? call_failed("eventfd") : move_up(fd);
}

static int make_board_fd(size_t size)
{
	int board = memfd_create("ipckit", MFD_CLOEXEC);

	if (board == -1)
		return call_failed("memfd_create");
	if (ftruncate(board, (off_t)size) == 0)
		return move_up(board);
	close(board);
	return call_failed("ftruncate");
}

static int make_board(struct trial *t)
{
	size_t size = trial_board_size(t->size);
	int kind = MAP_SHARED | MAP_ANONYMOUS;
	void *board;

	if (t->script->peer == EXECED) { /* an anonymous mapping would not get across execve(2) */
		kind = MAP_SHARED;
		t->board_fd = make_board_fd(size);
		if (t->board_fd < 0)
			return t->board_fd;
	}
	board = mmap(NULL, size, PROT_READ | PROT_WRITE, kind, t->board_fd, 0);
	if (board == MAP_FAILED)
		return call_failed("mmap");
	t->board = board;
	t->board->size = t->size;
	trial_set_buffers(t);
	return 0;
}

static int prepare(struct trial *t, const struct variant *v, const struct script *script, size_t size, struct cell *c)
{
	int error;

	*t = (struct trial){
		.variant = v,
		.script = script,
		.size = script->any_size ? size : variant_clip(v, size),
		.link = {.fd = {-1, -1}, .id = -1},
		.bell = -1,
		.board_fd = -1,
		.watch = {.cell = c, .pidfd = {-1, -1, -1}, .status = {-1, -1, -1}},
	};
	t->watch.deadline = clock_now() + (long long)DEADLINE_S * NS_PER_S;
	error = make_board(t);
	if (!error)
		t->bell = make_bell();
	return t->bell < 0 && !error ? t->bell : error;
}

static void cannot(struct trial *t, int error)
{
	cell_error(t->watch.cell, -error, call_that_failed(-error, "harness"), "start of the experiment");
	t->watch.over = true;
}

static int start_owner(struct trial *t)
{
	pid_t self = getpid();
	int error = journal_add(t->link.name);
	pid_t pid;

	if (error)
		return error;
	pid = fork();
	if (pid == -1)
		return call_failed("fork");
	if (pid == 0) {
		error = process_confine(self, t->script->owner_uid);
		journal_leave();
		trial_owner(t, error);
	}
	setpgid(pid, pid); /* here too, so that the group exists before anybody kills it */
	atomic_store(&t->board->report[t->script->owner].pid, pid);
	return 0;
}

void harness_start(struct trial *t, const struct variant *v, const struct script *script, size_t size, struct cell *c)
{
	int error = prepare(t, v, script, size, c);

	if (!error)
		error = objects_name(t->link.name, sizeof t->link.name);
	if (!error)
		error = start_owner(t);
	if (error)
		cannot(t, error);
}

/* From here on the others know of the stranger. */
static void introduce(struct trial *t, pid_t pid)
{
	atomic_store(&t->board->report[t->self].pid, pid);
	atomic_fetch_add(&t->board->living, 1);
	futex_wake_all(&t->board->living);
}

/*
 * A new pid namespace is for children only: this process takes the third seat and waits, the one that returns is its
 * child and sees itself as pid 1.
 */
static int contain(struct trial *t)
{
	int error = process_unshare();
	pid_t pid = fork();

	if (pid == 0)
		return error ? error : process_mount_own();
	introduce(t, pid > 0 ? pid : getpid());
	if (pid == -1)
		return call_failed("fork");
	atomic_store(&t->board->report[THIRD].phase, ENDED);
	process_wait(pid, NULL, 0);
	_exit(EXIT_SUCCESS);
}

static void __attribute__((noreturn)) be_a_stranger(struct trial *t, pid_t parent)
{
	int error = process_die_with(parent);
	int confined;

	journal_leave();
	process_close_all_but(t->bell);
	if (t->script->peer == CONTAINED) {
		error = contain(t);
		parent = getppid(); /* 0: it is in another pid namespace */
	}
	confined = process_confine(parent, t->script->peer_uid);
	trial_stranger(t, (enum end)t->self, error ? error : confined);
}

static void invite(struct trial *t, enum end end)
{
	pid_t self = getpid();
	pid_t pid;

	t->self = (int)end;
	pid = fork();
	if (pid == 0)
		be_a_stranger(t, self);
	if (pid == -1)
		cannot(t, call_failed("fork"));
	else if (t->script->peer == CONTAINED)
		atomic_store(&t->board->report[THIRD].pid, pid);
	else
		introduce(t, pid);
}

/*
 * As prepare(), but nothing of ours gets where the row had its memory: in the newcomer's address space that place is as
 * free as it was when the row chose it.
 */
static int prepare_aside(struct trial *t, const struct script *script, const struct trial *earlier, struct cell *c)
{
	const struct link *l = &earlier->board->link;
	void *place = MAP_FAILED;
	int error;

	if (l->mem && l->size)
		place = mmap(l->mem, l->size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	error = prepare(t, earlier->variant, script, earlier->size, c);
	if (place != MAP_FAILED)
		munmap(place, l->size);
	return error;
}

void harness_visit(struct trial *t, const struct script *script, enum end end, const struct trial *earlier,
		   struct cell *c)
{
	int error = prepare_aside(t, script, earlier, c);

	if (error) {
		cannot(t, error);
		return;
	}
	t->board->link = earlier->board->link;
	t->link = t->board->link;
	memcpy(t->sent, earlier->sent, t->size);
	t->watch.set_up = true;
	invite(t, end);
}

static pid_t pid_of(const struct trial *t, int seat)
{
	return atomic_load(&t->board->report[seat].pid);
}

/* Ends all processes, and whoever they left; returns how many there were besides them. */
static unsigned reap(struct trial *t)
{
	/* The owner first: its children become ours when it has ended. */
	const int order[SEATS] = {(int)t->script->owner, (int)other_end(t->script->owner), THIRD};
	bool kill_them = !t->watch.good || t->watch.stopped;

	for (int i = 0; i < SEATS; i++) {
		pid_t pid = pid_of(t, order[i]);
		if (pid == 0)
			continue;
		if (kill_them && i == 0)
			process_kill(-pid, SIGKILL);
		if (kill_them)
			process_kill(pid, SIGKILL);
		if (process_wait(pid, &t->watch.status[order[i]], 0) != pid)
			t->watch.status[order[i]] = -1;
	}
	return process_reap_all();
}

static void note_leak(struct cell *c, const char *object, unsigned lingering)
{
	if (object)
		snprintf(c->leak, sizeof c->leak, "left %s behind", object);
	else if (lingering)
		snprintf(c->leak, sizeof c->leak, "left %u process%s behind", lingering, lingering == 1 ? "" : "es");
}

const char *harness_remove(struct trial *t)
{
	return objects_remove(t->link.name, NULL);
}

static void clear_up(struct trial *t)
{
	const char *object;
	unsigned lingering;

	if (t->watch.cleared)
		return;
	t->watch.cleared = true;
	lingering = reap(t);
	object = t->script->leave ? NULL : harness_remove(t);
	if (t->watch.good && !t->watch.stopped && !t->script->leave)
		note_leak(t->watch.cell, object, lingering);
}

/* A stranger can only come once setup() is through. */
static void after_setup(struct trial *t)
{
	t->watch.set_up = true;
	if (t->script->peer >= STRANGER)
		invite(t, other_end(t->script->owner));
}

static void watch(struct trial *t)
{
	if (!t->watch.set_up && atomic_load(&t->board->ready))
		after_setup(t);
	watch_once(t);
}

bool harness_until(struct trial *t, uint32_t step)
{
	while (!t->watch.over && atomic_load(&t->board->step) < step)
		watch(t);
	return t->board && atomic_load(&t->board->step) >= step;
}

bool harness_finish(struct trial *t)
{
	if (!t->board)
		return false;
	while (!t->watch.over)
		watch(t);
	clear_up(t);
	if (!t->watch.good)
		blame(t);
	return t->watch.good;
}

bool harness_end(struct trial *t, enum rest rest)
{
	/* Who ends after the last step, and of what, is no part of the experiment; a hook that failed before it is. */
	if (rest != LOST && !t->watch.told && !t->watch.good) {
		t->watch.over = t->watch.stopped = true;
		t->watch.good = !atomic_load(&t->board->first_error);
	}
	return harness_finish(t);
}

void harness_signal(struct trial *t, int seat, int sig)
{
	process_kill(pid_of(t, seat), sig);
}

void harness_stop_owner(struct trial *t)
{
	id_t pid = (id_t)pid_of(t, (int)t->script->owner);
	siginfo_t news;

	harness_signal(t, (int)t->script->owner, SIGSTOP);
	while (waitid(P_PID, pid, &news, WSTOPPED | WEXITED | WNOWAIT) == -1 && errno == EINTR)
		;
}

void harness_kill(struct trial *t, int seat)
{
	t->watch.killed[seat] = true;
	harness_signal(t, seat, SIGKILL);
	while (!t->watch.over && !t->watch.dead[seat])
		watch_once(t);
}

static bool met_denial;

bool harness_met_denial(void)
{
	return met_denial;
}

void harness_close(struct trial *t)
{
	met_denial |= t->board && atomic_load(&t->board->denied);
	for (int i = 0; i < SEATS; i++)
		if (t->watch.pidfd[i] >= 0)
			close(t->watch.pidfd[i]);
	if (t->bell >= 0)
		close(t->bell);
	if (t->board_fd >= 0)
		close(t->board_fd);
	if (t->board)
		munmap(t->board, trial_board_size(t->size));
}

bool harness_run(struct trial *t, const struct variant *v, const struct script *script, size_t size, struct cell *c)
{
	harness_start(t, v, script, size, c);
	return harness_finish(t);
}

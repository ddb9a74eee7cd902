#include "trial.h"

#include "execed.h"
#include "failure.h"
#include "futex.h"
#include "message.h"
#include "process.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool variant_has_memory(const struct variant *v)
{
	return v->group <= SYNCHRONISED_MEMORY || v->group == REACH;
}

bool variant_is_plain_memory(const struct variant *v)
{
	return variant_has_memory(v) && !v->send && !v->recv;
}

size_t variant_clip(const struct variant *v, size_t size)
{
	return v->max_message && v->max_message < size ? v->max_message : size;
}

size_t trial_board_size(size_t size)
{
	return sizeof(struct board) + 3 * size;
}

void trial_set_buffers(struct trial *t)
{
	unsigned char *buffers = (unsigned char *)(t->board + 1);

	t->before = buffers;
	t->sent = buffers + t->size;
	t->seen = buffers + 2 * t->size;
}

const char *phase_name(enum phase phase)
{
	static const char *const names[] = {
		[STARTING] = "start",         [IN_SETUP] = "setup()", [IN_BEFORE] = "first write",
		[IN_ATTACH] = "attach()",     [IN_JOIN] = "join()",   [IN_SEND] = "send()",
		[IN_RECV] = "recv()",         [IN_TURN] = "its turn", [IN_ACT] = "the experiment",
		[IN_TEARDOWN] = "teardown()", [ENDED] = "the end",
	};

	return names[phase];
}

bool phase_is_hook(enum phase phase)
{
	return phase == IN_SETUP || (phase >= IN_ATTACH && phase <= IN_RECV) || phase == IN_TEARDOWN;
}

const char *seat_name(int seat)
{
	static const char *const names[SEATS] = {"sender", "receiver", "third process"};

	return names[seat];
}

static struct report *my_report(const struct trial *t)
{
	return &t->board->report[t->self];
}

static void enter(struct trial *t, enum phase phase)
{
	atomic_store(&my_report(t)->phase, phase);
}

static void ring(const struct trial *t)
{
	const uint64_t one = 1;

	if (write(t->bell, &one, sizeof one) == -1)
		return; /* the row closed it: the case process looks by itself soon */
}

static void teardown(struct trial *t)
{
	enter(t, IN_TEARDOWN);
	if (t->variant->teardown)
		t->variant->teardown(&t->link);
}

/* The owner stays until it is killed: its end would take the peer along, whose own failure may be the cause. */
static void __attribute__((noreturn)) give_up(struct trial *t, int error, const char *hook)
{
	struct report *r = my_report(t);
	uint32_t nobody = 0;

	r->error = error;
	r->failed_in = atomic_load(&r->phase);
	snprintf(r->call, sizeof r->call, "%s", call_that_failed(error, hook));
	atomic_compare_exchange_strong(&t->board->first_error, &nobody, 1U + (uint32_t)t->self);
	if (getpid() == t->link.owner && !t->script->leave)
		teardown(t);
	ring(t);
	while (getpid() == t->link.owner)
		pause();
	_exit(EXIT_FAILURE);
}

/* The row did what no row may, and no call is to blame. */
static void __attribute__((noreturn, format(printf, 2, 3))) breach(struct trial *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(my_report(t)->breach, sizeof my_report(t)->breach, format, args);
	va_end(args);
	give_up(t, EPROTO, "contract");
}

static void check(struct trial *t, int result, const char *hook)
{
	if (result < 0)
		give_up(t, -result, hook);
}

void trial_reach(struct trial *t, uint32_t step)
{
	uint32_t now;

	if (!t->board)
		return; /* the trial could not even begin */
	now = atomic_load(&t->board->step);
	while (now < step && !atomic_compare_exchange_weak(&t->board->step, &now, step))
		; /* a step that is overtaken by a later one must not take it back */
	futex_wake_all(&t->board->step);
	ring(t);
}

void trial_await(struct trial *t, uint32_t step)
{
	uint32_t now;

	enter(t, IN_TURN);
	while ((now = atomic_load(&t->board->step)) < step)
		futex_wait(&t->board->step, now);
	enter(t, IN_ACT);
}

void trial_touch(const struct trial *t)
{
	const volatile unsigned char *mem = t->link.mem;

	if (mem)
		(void)*mem;
}

void trial_make_message(struct trial *t)
{
	check(t, message_make(t->sent, t->before, t->size), "getrandom");
}

static ssize_t memory_send(struct link *l, const void *buf, size_t len)
{
	bool fits = len <= l->size;

	if (fits)
		memcpy(l->mem, buf, len);
	return fits ? (ssize_t)len : -EMSGSIZE;
}

static ssize_t memory_recv(struct link *l, void *buf, size_t cap)
{
	const size_t most = l->size < cap ? l->size : cap;

	memcpy(buf, l->mem, most);
	return (ssize_t)most;
}

/* Keeps in mind which call failed, and what may be no answer about the row, but about the place. */
static ssize_t mind(struct trial *t, ssize_t result, const char *hook)
{
	struct report *r = my_report(t);

	if (result >= 0)
		return result;
	snprintf(r->call, sizeof r->call, "%s", call_that_failed((int)-result, hook));
	if (cell_status_of((int)-result) != FAILED)
		atomic_store(&t->board->denied, 1);
	return result;
}

ssize_t trial_try_send(struct trial *t, const void *buf, size_t len)
{
	ssize_t result;

	enter(t, IN_SEND);
	forget_failure();
	result = (t->variant->send ? t->variant->send : memory_send)(&t->link, buf, len);
	enter(t, IN_ACT);
	return mind(t, result, "send");
}

ssize_t trial_try_recv(struct trial *t, void *buf, size_t cap)
{
	ssize_t result;

	enter(t, IN_RECV);
	forget_failure();
	result = (t->variant->recv ? t->variant->recv : memory_recv)(&t->link, buf, cap);
	enter(t, IN_ACT);
	return mind(t, result, "recv");
}

void trial_tell(const struct trial *t, int seat, long long result, const char *where, struct cell *c)
{
	cell_error(c, (int)-result, t->board->report[seat].call, where);
}

void trial_send(struct trial *t, const void *buf, size_t len)
{
	ssize_t n = trial_try_send(t, buf, len);

	enter(t, IN_SEND);
	if (n >= 0 && (size_t)n != len)
		breach(t, "send() returned %zd for %zu bytes", n, len);
	check(t, n < 0 ? (int)n : 0, "send");
	enter(t, IN_ACT);
}

size_t trial_recv(struct trial *t, void *buf, size_t cap)
{
	ssize_t n = trial_try_recv(t, buf, cap);

	enter(t, IN_RECV);
	check(t, n < 0 ? (int)n : 0, "recv");
	enter(t, IN_ACT);
	t->board->length = (size_t)n;
	return (size_t)n;
}

/*
 * Gives the memory that both ends hope to share, or have at the same address, a content that is known from before the
 * fork. What has never been written to has no page frame of its own, only the kernel's page of zeros.
 */
static void fill_memory(struct trial *t)
{
	const struct variant *v = t->variant;

	if (!t->link.mem || t->link.size < t->size ||
	    !(v->group == PRIVATE_MEMORY || v->group == REACH || (v->group == SHARED_MEMORY && !v->send)))
		return;
	enter(t, IN_BEFORE);
	check(t, message_make(t->before, NULL, t->size), "getrandom");
	memcpy(t->link.mem, t->before, t->size);
	t->board->filled = true;
}

/* Where the harness copies for the row, the row has to say from and to where. */
static void check_memory(struct trial *t, enum end end)
{
	bool copies = end == SENDER ? !t->variant->send : !t->variant->recv;

	if (copies && (!t->link.mem || !t->link.size))
		breach(t, "no memory after %s", phase_name(atomic_load(&my_report(t)->phase)));
}

static void attach(struct trial *t, enum end end, pid_t peer)
{
	t->link.peer = peer;
	enter(t, IN_ATTACH);
	forget_failure();
	if (t->variant->attach)
		check(t, (int)mind(t, t->variant->attach(&t->link, end), "attach"), "attach");
	check_memory(t, end);
	my_report(t)->mem = t->link.mem;
	enter(t, IN_ACT);
}

/* The last of a process that is not the owner. */
static void __attribute__((noreturn)) leave(struct trial *t)
{
	enter(t, ENDED);
	atomic_fetch_sub(&t->board->living, 1);
	futex_wake_all(&t->board->living);
	ring(t);
	_exit(EXIT_SUCCESS);
}

static void take_seat(struct trial *t, int seat)
{
	t->self = seat;
	atomic_store(&my_report(t)->pid, getpid());
}

static void __attribute__((noreturn)) peer(struct trial *t, enum end end)
{
	take_seat(t, (int)end);
	if (process_die_with(t->link.owner) != 0)
		_exit(EXIT_FAILURE);
	if (t->script->peer == EXECED)
		check(t, execed_start(t), "execv");
	attach(t, end, t->link.owner);
	t->script->act(t, end);
	leave(t);
}

static pid_t fork_peer(struct trial *t)
{
	enum end other = other_end(t->script->owner);
	pid_t pid;

	atomic_fetch_add(&t->board->living, 1);
	pid = fork();
	if (pid == -1)
		check(t, call_failed("fork"), "fork");
	if (pid == 0)
		peer(t, other);
	atomic_store(&t->board->report[other].pid, pid);
	ring(t);
	return pid;
}

void trial_fork_third(struct trial *t, enum end end, void (*act)(struct trial *t, enum end end))
{
	pid_t self = getpid();
	pid_t pid;

	atomic_fetch_add(&t->board->living, 1);
	pid = fork();
	if (pid == -1)
		check(t, call_failed("fork"), "fork");
	if (pid > 0) {
		atomic_store(&t->board->report[THIRD].pid, pid);
		ring(t);
		return;
	}
	take_seat(t, THIRD);
	if (process_die_with(self) != 0)
		_exit(EXIT_FAILURE);
	enter(t, IN_ACT);
	act(t, end);
	leave(t);
}

static void raise_flag(struct trial *t, _Atomic uint32_t *flag)
{
	atomic_store(flag, 1);
	futex_wake_all(flag);
	ring(t);
}

static void await_flag(struct trial *t, _Atomic uint32_t *flag)
{
	enter(t, IN_TURN);
	while (!atomic_load(flag))
		futex_wait(flag, 0);
}

/* A stranger counts as living once its pid is known. */
static pid_t await_stranger(struct trial *t)
{
	await_flag(t, &t->board->living);
	return atomic_load(&t->board->report[other_end(t->script->owner)].pid);
}

static void await_the_others(struct trial *t)
{
	uint32_t n;

	enter(t, IN_TURN);
	while ((n = atomic_load(&t->board->living)) > 0)
		futex_wait(&t->board->living, n);
}

static void set_up(struct trial *t)
{
	enter(t, IN_SETUP);
	forget_failure();
	check(t, t->variant->setup(&t->link, t->size), "setup");
	fill_memory(t);
	enter(t, IN_BEFORE);
	if (t->script->before)
		t->script->before(t);
	t->board->link = t->link;
	raise_flag(t, &t->board->ready);
}

void trial_owner(struct trial *t, int error)
{
	enum end end = t->script->owner;

	t->link.owner = getpid();
	take_seat(t, (int)end);
	check(t, error, "start");
	set_up(t);
	attach(t, end, t->script->peer <= EXECED ? fork_peer(t) : await_stranger(t));
	if (t->script->peer != FORKED)
		await_flag(t, &t->board->joined);
	t->script->act(t, end);
	await_the_others(t);
	if (!t->script->leave)
		teardown(t);
	enter(t, ENDED);
	_exit(EXIT_SUCCESS);
}

/* Joins with nothing but the values of the link. */
static void join(struct trial *t, enum end end)
{
	t->link = t->board->link;
	t->link.peer = t->link.owner;
	enter(t, IN_JOIN);
	if (!t->variant->join) {
		errno = ENOTSUP;
		give_up(t, -call_failed("join"), "join");
	}
	forget_failure();
	check(t, (int)mind(t, t->variant->join(&t->link, end), "join"), "join");
	check_memory(t, end);
	my_report(t)->mem = t->link.mem;
	enter(t, IN_ACT);
}

void trial_stranger(struct trial *t, enum end end, int error)
{
	check(t, error, "start");
	join(t, end);
	raise_flag(t, &t->board->joined);
	t->script->act(t, end);
	leave(t);
}

/*
 * test_activity.c - children in every state, as /proc tells
 *
 * Children are waited for by looking until they are where they should be; SIGALRM ends a test that never gets there.
 */
#include "activity.h"
#include "clock.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/time_types.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_S = 60 };

static pid_t child;

static void start(void (*life)(void))
{
	pid_t parent = getpid();

	child = fork();
	assert_int_not_equal(child, -1);
	if (child > 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent)
		life();
	_exit(0);
}

static int stop(void **state)
{
	(void)state;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return 0;
}

static struct activity await_state(char state)
{
	struct activity a;

	do {
		sched_yield();
		assert_int_equal(activity_read(child, &a), 0);
	} while (a.state != state);
	return a;
}

/* It has started to sleep for good when nothing changes any more between two looks. */
static struct activity await_sleep(void)
{
	struct activity a = await_state('S'), b;

	for (;;) {
		for (int i = 0; i < 100; i++)
			sched_yield();
		b = await_state('S');
		if (a.runs == b.runs && a.cpu_ns == b.cpu_ns && a.timed == b.timed)
			return b;
		a = b;
	}
}

static void life_pause(void)
{
	for (;;)
		pause();
}

static void life_poll(void)
{
	poll(NULL, 0, -1);
}

static void life_futex(void)
{
	static int word;

	syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
}

static void life_read(void)
{
	int fd[2];
	char byte;

	if (pipe(fd) == 0 && read(fd[0], &byte, 1) == 1)
		_exit(1);
}

/* Before Linux 5.11 there is no epoll_pwait2(2): poll(2) takes its place. */
static void epoll(const struct __kernel_timespec *limit)
{
#ifdef SYS_epoll_pwait2
	struct epoll_event event;

	syscall(SYS_epoll_pwait2, epoll_create1(0), &event, 1, limit, NULL, 0);
#endif
	poll(NULL, 0, limit ? 100000000 : -1);
}

static void life_epoll(void)
{
	epoll(NULL);
}

static void test_sleeping_without_end(void **state)
{
	static void (*const lives[])(void) = {life_pause, life_poll, life_epoll, life_futex, life_read};

	(void)state;
	for (size_t i = 0; i < sizeof lives / sizeof lives[0]; i++) {
		struct activity a;
		start(lives[i]);
		a = await_sleep();
		assert_false(a.timed);
		assert_true(activity_stuck(&a));
		if (i + 1 < sizeof lives / sizeof lives[0])
			stop(state);
	}
}

static const struct timespec long_time = {.tv_sec = 100000};

static void life_nanosleep(void)
{
	nanosleep(&long_time, NULL);
}

static void life_timed_poll(void)
{
	poll(NULL, 0, 100000000);
}

static void life_timed_epoll(void)
{
	static const struct __kernel_timespec limit = {.tv_sec = 100000};

	epoll(&limit);
}

static void life_select(void)
{
	struct timeval limit = {.tv_sec = 100000};

	select(0, NULL, NULL, NULL, &limit);
}

static void life_sigtimedwait(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigtimedwait(&set, NULL, &long_time);
}

static void life_timed_futex(void)
{
	static int word;

	syscall(SYS_futex, &word, FUTEX_WAIT, 0, &long_time, NULL, 0);
}

/* Before Linux 5.16 there is no futex_waitv(2): nanosleep(2) takes its place. */
static void life_timed_waitv(void)
{
#ifdef SYS_futex_waitv
	static const struct __kernel_timespec until = {.tv_sec = 1 << 30};
	static uint32_t word;
	struct futex_waitv waiter = {.uaddr = (uintptr_t)&word, .flags = FUTEX_32};

	syscall(SYS_futex_waitv, &waiter, 1, 0, &until, CLOCK_MONOTONIC);
#endif
	life_nanosleep();
}

static void test_sleeping_for_some_time(void **state)
{
	static void (*const lives[])(void) = {life_nanosleep,    life_timed_poll,  life_timed_epoll, life_select,
					      life_sigtimedwait, life_timed_futex, life_timed_waitv};

	(void)state;
	if (access("/proc/self/syscall", R_OK) == -1)
		skip();
	for (size_t i = 0; i < sizeof lives / sizeof lives[0]; i++) {
		struct activity a;
		start(lives[i]);
		do
			a = await_sleep();
		while (!a.timed); /* it may have been asleep on its way there */
		assert_false(activity_stuck(&a));
		if (i + 1 < sizeof lives / sizeof lives[0])
			stop(state);
	}
}

static void life_nap(void)
{
	static const struct timespec nap = {.tv_nsec = 50000};

	for (;;)
		nanosleep(&nap, NULL);
}

enum { LOOKS = 5000 };

/* Between the files of /proc that a look reads it wakes up again and again. */
static void test_napping(void **state)
{
	struct activity a;

	(void)state;
	if (access("/proc/self/syscall", R_OK) == -1)
		skip();
	start(life_nap);
	do
		a = await_state('S');
	while (!a.timed);
	for (int i = 0; i < LOOKS; i++) {
		assert_int_equal(activity_read(child, &a), 0);
		assert_false(activity_stuck(&a));
	}
}

static void life_spin(void)
{
	for (volatile int i = 0;; i++)
		;
}

static void test_spinning(void **state)
{
	struct activity a, b;

	(void)state;
	start(life_spin);
	a = await_state('R');
	assert_false(activity_stuck(&a));
	do
		b = await_state('R');
	while (b.cpu_ns < a.cpu_ns + 50000000);
	assert_false(activity_stuck(&b));
}

static void life_stop(void)
{
	raise(SIGSTOP);
	life_spin();
}

static void test_stopped(void **state)
{
	struct activity a;

	(void)state;
	start(life_stop);
	a = await_state('T');
	assert_true(activity_stuck(&a));
	kill(child, SIGCONT);
	a = await_state('R');
	assert_false(activity_stuck(&a));
}

static void life_end(void)
{
}

static void test_ended(void **state)
{
	struct activity a;

	(void)state;
	start(life_end);
	a = await_state('Z');
	assert_false(activity_stuck(&a));
	assert_int_equal(activity_parent(child), getpid());
	waitpid(child, NULL, 0);
	assert_true(activity_read(child, &a) < 0);
	assert_int_equal(activity_parent(child), -1);
	start(life_end); /* for stop() */
}

static void life_fail(void)
{
	_exit(7);
}

/* That of a zombie whose memory may not be looked at would be 0 (proc_pid_stat(5)). */
static void test_how_it_ended(void **state)
{
	struct activity a;

	(void)state;
	start(life_fail);
	a = await_state('Z');
	assert_true(WIFEXITED(a.status) && WEXITSTATUS(a.status) == 7);
	stop(state);
	start(life_pause);
	kill(child, SIGKILL);
	a = await_state('Z');
	assert_true(WIFSIGNALED(a.status) && WTERMSIG(a.status) == SIGKILL);
}

enum { GRANDCHILD_MS = 30 };

static void life_wait_for_a_busy_one(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		while (clock() < GRANDCHILD_MS * (CLOCKS_PER_SEC / 1000))
			;
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	life_pause();
}

/* In ticks of the clock, so that the last one may be missing. */
static void test_time_of_those_that_ended(void **state)
{
	const long tick_ms = 1000 / sysconf(_SC_CLK_TCK);
	struct activity a;

	(void)state;
	start(life_wait_for_a_busy_one);
	do
		a = await_sleep();
	while (a.ended_ns == 0);
	assert_true(a.ended_ns >= (unsigned long long)(GRANDCHILD_MS - 2 * tick_ms) * NS_PER_MS);
}

static void wake_up(int signal)
{
	(void)signal;
}

static void life_wake_up(void)
{
	signal(SIGUSR1, wake_up);
	life_pause();
}

/* Being woken is a movement, however short: it shows in the counts. */
static void test_movement(void **state)
{
	struct activity a, b;

	(void)state;
	start(life_wake_up);
	a = await_sleep();
	b = await_sleep();
	assert_true(a.cpu_ns == b.cpu_ns && a.runs == b.runs);
	kill(child, SIGUSR1);
	do
		b = await_sleep();
	while (b.cpu_ns + b.runs == a.cpu_ns + a.runs);
	assert_true(b.cpu_ns >= a.cpu_ns && b.runs >= a.runs);
}

static void life_with_a_name(void)
{
	prctl(PR_SET_NAME, ") R 1 (x) Z 2 3");
	life_pause();
}

static void test_hostile_name(void **state)
{
	struct activity a;

	(void)state;
	start(life_with_a_name);
	a = await_sleep();
	assert_true(activity_stuck(&a));
	assert_int_equal(activity_parent(child), getpid());
}

static void test_parent(void **state)
{
	(void)state;
	assert_int_equal(activity_parent(getpid()), getppid());
	assert_int_equal(activity_parent(-1), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_sleeping_without_end, stop),
		cmocka_unit_test_teardown(test_sleeping_for_some_time, stop),
		cmocka_unit_test_teardown(test_napping, stop),
		cmocka_unit_test_teardown(test_spinning, stop),
		cmocka_unit_test_teardown(test_stopped, stop),
		cmocka_unit_test_teardown(test_ended, stop),
		cmocka_unit_test_teardown(test_how_it_ended, stop),
		cmocka_unit_test_teardown(test_time_of_those_that_ended, stop),
		cmocka_unit_test_teardown(test_movement, stop),
		cmocka_unit_test_teardown(test_hostile_name, stop),
		cmocka_unit_test(test_parent),
	};

	alarm(PATIENCE_S);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

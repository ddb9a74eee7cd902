/*
 * test_syscalls.c - system calls are counted, and a run that gave up is no count
 */
#include "bench/syscalls.h"
#include "clock.h"
#include "process.h"
#include "supervisor.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { WHILE_MS = 20 };

/* Until the bench waits for the next stop; the clock is read without a system call. */
static void work_for_a_while(void)
{
	long long began = clock_now();

	while (clock_now() - began < (long long)WHILE_MS * NS_PER_MS)
		;
}

/* Both ends in one: it makes a system call for each round trip, and reports twice, as one that gives up does. */
static void __attribute__((noreturn)) sender(struct control *c, bool gives_up)
{
	uint32_t seen = 0;

	control_await_order(c, &seen);
	work_for_a_while();
	atomic_store(&c->counted[SENDER], true);
	for (unsigned long long i = 0; i < c->order.messages; i++)
		syscall(SYS_getppid);
	atomic_store(&c->counted[SENDER], false);
	atomic_store(&c->failed, gives_up);
	atomic_fetch_add(&c->reports, 2);
	for (;;)
		pause();
}

static pid_t start(struct control *c, enum end end, bool gives_up)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		if (process_die_with(parent) != 0)
			_exit(EXIT_FAILURE);
		if (end == SENDER)
			sender(c, gives_up);
		for (;;)
			pause();
	}
	assert_true(pid > 0);
	atomic_store(&c->pid[end], pid);
	return pid;
}

static double count(bool gives_up)
{
	struct lane lane = {.control = shared_memory(sizeof *lane.control), .size = 1};
	pid_t pid[2];
	double calls;

	assert_non_null(lane.control);
	for (int i = 0; i < 2; i++)
		pid[i] = start(lane.control, (enum end)i, gives_up);
	calls = syscalls_count(&lane);
	for (int i = 0; i < 2; i++) {
		kill(pid[i], SIGKILL);
		while (waitpid(pid[i], NULL, __WALL) == pid[i])
			;
	}
	munmap(lane.control, sizeof *lane.control);
	return calls;
}

static bool may_trace(void)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0)
		_exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
	return waitpid(pid, &status, 0) == pid && status == 0;
}

static void a_call_for_each_round_trip_is_half_of_one_for_a_message(void **state)
{
	(void)state;
	if (!may_trace())
		skip();
	assert_float_equal(count(false), 0.5, 0);
}

static void a_run_that_gave_up_is_not_counted(void **state)
{
	(void)state;
	if (!may_trace())
		skip();
	assert_float_equal(count(true), -1, 0);
}

/* Stops are told by SIGCHLD, which the bench has blocked. */
static int block(void **state)
{
	sigset_t set;

	(void)state;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	return sigprocmask(SIG_BLOCK, &set, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_for_each_round_trip_is_half_of_one_for_a_message),
		cmocka_unit_test(a_run_that_gave_up_is_not_counted),
	};

	return cmocka_run_group_tests(tests, block, NULL);
}

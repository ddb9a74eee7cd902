/*
 * test_transfer.c - whole transfers, though every call moves only a little and signals come in between; a whole path
 */
#include "transfer.h"

#include "failure.h"
#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { SIZE = 1 << 20, PATIENCE_S = 60 };

static unsigned char sent[SIZE], got[SIZE + 1];
static volatile sig_atomic_t signals;

static void count(int signal)
{
	(void)signal;
	signals++;
}

/* Interrupts system calls: there is no SA_RESTART. */
static void let_signals_interrupt(void)
{
	const struct sigaction action = {.sa_handler = count};

	sigaction(SIGUSR1, &action, NULL);
}

/* A child that lives as long as its parent, or until it is killed. */
static pid_t start(void (*life)(int fd, pid_t other), int fd, pid_t other)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	assert_int_not_equal(pid, -1);
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent)
		life(fd, other);
	_exit(EXIT_FAILURE);
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void life_pester(int fd, pid_t other)
{
	(void)fd;
	while (kill(other, SIGUSR1) == 0)
		;
}

static void life_write(int fd, pid_t other)
{
	(void)other;
	_exit(write_full(fd, sent, SIZE) == SIZE ? EXIT_SUCCESS : EXIT_FAILURE);
}

static void life_send(int fd, pid_t other)
{
	(void)other;
	_exit(send_full(fd, sent, SIZE) == SIZE ? EXIT_SUCCESS : EXIT_FAILURE);
}

static bool ended_well(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

/* Both sides are pestered with signals while much passes through a channel that holds little. */
static void transfer(const int fd[2], void (*life)(int fd, pid_t other))
{
	pid_t writer, pester_writer, pester_reader;

	signals = 0;
	memset(got, 0, sizeof got);
	assert_int_equal(message_make(sent, NULL, SIZE), 0);
	let_signals_interrupt();
	writer = start(life, fd[1], 0);
	close(fd[1]);
	pester_writer = start(life_pester, -1, writer);
	pester_reader = start(life_pester, -1, getpid());
	while (signals == 0) /* a fast machine could be done before the first one comes */
		sched_yield();
	assert_int_equal(read_full(fd[0], got, SIZE), SIZE);
	end(pester_reader);
	end(pester_writer);
	assert_true(ended_well(writer));
	assert_memory_equal(got, sent, SIZE);
	assert_int_equal(got[SIZE], 0);
	assert_int_equal(read_full(fd[0], got, 1), 0);
	assert_true(signals > 0);
	close(fd[0]);
}

static void test_pipe(void **state)
{
	int fd[2];

	(void)state;
	assert_int_equal(pipe2(fd, O_CLOEXEC), 0);
	fcntl(fd[1], F_SETPIPE_SZ, 4096);
	transfer(fd, life_write);
}

static void make_sockets(int fd[2])
{
	const int little = 1; /* the kernel makes it its minimum */

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd), 0);
	setsockopt(fd[1], SOL_SOCKET, SO_SNDBUF, &little, sizeof little);
}

static void test_socket_by_write(void **state)
{
	int fd[2];

	(void)state;
	make_sockets(fd);
	transfer(fd, life_write);
}

static void test_socket_by_send(void **state)
{
	int fd[2];

	(void)state;
	make_sockets(fd);
	transfer(fd, life_send);
}

static void test_end_of_stream(void **state)
{
	int fd[2];

	(void)state;
	assert_int_equal(pipe2(fd, O_CLOEXEC), 0);
	assert_int_equal(write_full(fd[1], "abc", 3), 3);
	close(fd[1]);
	memset(got, 0, sizeof got);
	assert_int_equal(read_full(fd[0], got, 10), 3);
	assert_string_equal((char *)got, "abc");
	assert_int_equal(read_full(fd[0], got, 10), 0);
	close(fd[0]);
}

static void test_nothing_to_do(void **state)
{
	(void)state;
	assert_int_equal(write_full(-1, "", 0), 0);
	assert_int_equal(send_full(-1, "", 0), 0);
	assert_int_equal(read_full(-1, got, 0), 0);
}

static void assert_fails(ssize_t result, int error, const char *call)
{
	assert_int_equal(result, -error);
	assert_string_equal(call_that_failed(error, "?"), call);
}

static void test_errors(void **state)
{
	int fd[2];

	(void)state;
	assert_fails(write_full(-1, "abc", 3), EBADF, "write");
	assert_fails(read_full(-1, got, 3), EBADF, "read");
	assert_fails(send_full(-1, "abc", 3), EBADF, "send");
	assert_int_equal(pipe2(fd, O_CLOEXEC), 0);
	close(fd[0]);
	signal(SIGPIPE, SIG_IGN);
	assert_fails(write_full(fd[1], "abc", 3), EPIPE, "write");
	signal(SIGPIPE, SIG_DFL);
	close(fd[1]);
}

/* SIGPIPE is at its default here: if it came, this would be the end. */
static void test_send_raises_no_signal(void **state)
{
	int fd[2];

	(void)state;
	make_sockets(fd);
	close(fd[0]);
	assert_fails(send_full(fd[1], "abc", 3), EPIPE, "send");
	close(fd[1]);
}

/* No name is too long for it, and none is cut: a path that lacks its end would be that of another link. */
static void test_path(void **state)
{
	struct link l = {.name = "/"};

	(void)state;
	memset(l.name + 1, 'x', sizeof l.name - 2);
	assert_memory_equal(link_path(&l).text, P_tmpdir, strlen(P_tmpdir));
	assert_string_equal(link_path(&l).text + strlen(P_tmpdir), l.name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_socket_by_write),
		cmocka_unit_test(test_socket_by_send),
		cmocka_unit_test(test_end_of_stream),
		cmocka_unit_test(test_nothing_to_do),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_send_raises_no_signal),
		cmocka_unit_test(test_path),
	};

	alarm(PATIENCE_S);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_process.c - a process that may not be killed is not waited for, but said to be left
 */
#include "process.h"

#include "supervisor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_S = 60, ONE_USER = 60001, ANOTHER_USER, NO_SUCH_USER = 77 };

/*
 * Whoever changes the user has to ask anew to die with its parent; and where the parent is another user, it does not: the
 * kernel asks who may send the signal.
 */
static void become(uid_t user, pid_t parent)
{
	if (setuid(user) == -1)
		_exit(NO_SUCH_USER); /* in a user namespace, or an ordinary user */
	if (process_die_with(parent) != 0)
		_exit(1);
}

/* The parent of a process that it may not kill. What supervisor_end() says goes to `err`. */
static void __attribute__((noreturn)) life(pid_t parent, int err)
{
	pid_t self = getpid(), pid = -1;
	char byte = 0;
	int fd[2];

	if (pipe(fd) == 0)
		pid = fork();
	if (pid == 0) {
		become(ANOTHER_USER, self);
		while (write(fd[1], &byte, 1) == 1)
			pause();
	}
	become(ONE_USER, parent);
	if (pid > 0 && read(fd[0], &byte, 1) == 1 && dup2(err, STDERR_FILENO) != -1)
		supervisor_end();
	_exit(0);
}

static void test_unkillable(void **state)
{
	char said[256] = "";
	int err = memfd_create("err", 0), status;
	pid_t self = getpid(), pid;

	(void)state;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid = fork();
	if (pid == 0)
		life(self, err);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	process_reap_all(); /* as root it may kill the one that is left */
	if (WIFEXITED(status) && WEXITSTATUS(status) == NO_SUCH_USER)
		skip();
	assert_int_equal(status, 0);
	assert_true(pread(err, said, sizeof said - 1, 0) > 0);
	assert_string_equal(said, "ipckit: a process of a row is left: it may not be killed\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unkillable),
	};

	alarm(PATIENCE_S);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

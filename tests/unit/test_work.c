/*
 * test_work.c - work folders of graders that start at the same time
 */
#include "grade/work.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { GRADERS = 4, TIMES = 150 };

/* Each run sweeps what others have left, and must leave alone what another one has just made. */
static void grader(void)
{
	struct stat st;

	for (int i = 0; i < TIMES; i++) {
		struct work w = {.lock = -1};
		if (work_make(&w) != 0 || stat(w.path, &st) == -1 || work_folder(&w, "in", geteuid(), false) != 0)
			_exit(1);
		work_remove(&w);
	}
	_exit(0);
}

static void graders_do_not_sweep_each_other(void **state)
{
	char folder[] = "/tmp/ipckit-work.XXXXXX";
	int failed = 0, status;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chmod(folder, 0711), 0);
	setenv("TMPDIR", folder, 1);
	for (int i = 0; i < GRADERS; i++)
		if (fork() == 0)
			grader();
	while (wait(&status) > 0)
		failed += status != 0;
	assert_int_equal(failed, 0);
	assert_int_equal(rmdir(folder), 0); /* and nothing is left */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(graders_do_not_sweep_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_work.c - work folders: what is copied there, and graders that start at the same time
 */
#include "grade/work.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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

/* Whoever grades may read what the one who handed it in may not. */
static void a_link_is_not_followed(void **state)
{
	char file[] = "/tmp/ipckit-secret.XXXXXX", link[sizeof file + 8];
	struct work w = {.lock = -1};
	int fd = mkstemp(file);

	(void)state;
	assert_true(fd != -1);
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
	snprintf(link, sizeof link, "%s.link", file);
	assert_int_equal(symlink(file, link), 0);
	assert_int_equal(work_make(&w), 0);
	assert_int_equal(work_copy(&w, link, "link", geteuid(), 0600, 100), -ELOOP);
	assert_int_equal(work_copy(&w, "/tmp", "folder", geteuid(), 0600, 100), -EINVAL);
	assert_int_equal(work_copy(&w, "/dev/null", "device", geteuid(), 0600, 100), -EINVAL);
	assert_int_not_equal(access(work_path(&w, "link"), F_OK), 0);
	assert_int_equal(work_copy(&w, file, "file", geteuid(), 0600, 100), 0);
	work_remove(&w);
	unlink(link);
	unlink(file);
}

/* What makes a work folder sweeps the ones that dead runs have left. In a child: it gives up what we need to look at them. */
static void sweep(void)
{
	struct work w = {.lock = -1};
	int status, error;
	pid_t pid = fork();

	if (pid == 0) {
		error = work_make(&w);
		work_remove(&w);
		_exit(error != 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* A folder, below a new one for work folders, in which there is a file. */
static void make_folder(char *parent, char *folder, size_t size, const char *name)
{
	char file[128];
	int fd;

	assert_non_null(mkdtemp(parent));
	assert_int_equal(chmod(parent, 0711), 0);
	setenv("TMPDIR", parent, 1);
	snprintf(folder, size, "%s/%s", parent, name);
	assert_int_equal(mkdir(folder, 0700), 0);
	snprintf(file, sizeof file, "%s/file", folder);
	fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_not_equal(fd, -1);
	close(fd);
}

static bool has_file(const char *folder)
{
	char file[128];

	snprintf(file, sizeof file, "%s/file", folder);
	return access(file, F_OK) == 0;
}

static void remove_folder(const char *parent, const char *folder)
{
	char file[128];

	snprintf(file, sizeof file, "%s/file", folder);
	unlink(file);
	rmdir(folder);
	rmdir(parent);
	unsetenv("TMPDIR");
}

static void what_a_dead_run_has_left_is_swept(void **state)
{
	char parent[] = "/tmp/ipckit-work.XXXXXX", folder[64];

	(void)state;
	make_folder(parent, folder, sizeof folder, "ipckit-grade.dead01");
	sweep();
	assert_int_not_equal(access(folder, F_OK), 0);
	remove_folder(parent, folder);
}

static void a_folder_of_another_user_is_not_swept(void **state)
{
	enum { NOBODY = 65534 };
	char parent[] = "/tmp/ipckit-work.XXXXXX", folder[64];
	bool there;

	(void)state;
	if (geteuid() != 0)
		skip();
	make_folder(parent, folder, sizeof folder, "ipckit-grade.other1");
	if (chown(folder, NOBODY, NOBODY) == -1) {
		assert_int_equal(errno, EINVAL);
		remove_folder(parent, folder);
		skip(); /* in a user namespace that has no such user */
	}
	sweep();
	there = has_file(folder);
	remove_folder(parent, folder);
	assert_true(there);
}

/* Anybody may put one into /tmp; neither where it leads to nor the link itself is touched. */
static void a_link_is_not_swept(void **state)
{
	char parent[] = "/tmp/ipckit-work.XXXXXX", folder[64], link[64];
	struct stat st;
	bool there;

	(void)state;
	make_folder(parent, folder, sizeof folder, "elsewhere");
	snprintf(link, sizeof link, "%s/ipckit-grade.link01", parent);
	assert_int_equal(symlink(folder, link), 0);
	sweep();
	there = lstat(link, &st) == 0 && has_file(folder);
	unlink(link);
	remove_folder(parent, folder);
	assert_true(there);
}

/* Foreign code can nest folders until no path is long enough for them. */
static void the_deepest_folder_goes_as_well(void **state)
{
	struct work w = {.lock = -1};
	int back = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	assert_int_equal(work_make(&w), 0);
	assert_int_equal(chdir(w.path), 0);
	for (int i = 0; i < 200; i++) {
		assert_int_equal(mkdir("a_name_of_which_200_are_longer_than_PATH_MAX", 0700), 0);
		assert_int_equal(chdir("a_name_of_which_200_are_longer_than_PATH_MAX"), 0);
	}
	assert_int_equal(fchdir(back), 0);
	close(back);
	work_remove(&w);
	assert_int_not_equal(access(w.path, F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_link_is_not_followed),
		cmocka_unit_test(what_a_dead_run_has_left_is_swept),
		cmocka_unit_test(a_folder_of_another_user_is_not_swept),
		cmocka_unit_test(a_link_is_not_swept),
		cmocka_unit_test(the_deepest_folder_goes_as_well),
		cmocka_unit_test(graders_do_not_sweep_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

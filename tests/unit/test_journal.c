/*
 * test_journal.c - what dead runs have left behind is swept, and nothing that belongs to anybody else
 */
#include "journal.h"

#include "objects.h"
#include "variant.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOBODY = 65534 };

static char dir[] = "/tmp/test_journal.XXXXXX"; /* not named as anything that the kit would sweep */
static char object[LINK_NAME_SIZE];
static char path[128];

static bool object_exists(const char *name)
{
	int fd = shm_open(name, O_RDONLY, 0);

	if (fd != -1)
		close(fd);
	return fd != -1;
}

static void make_object(const char *name)
{
	int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);

	assert_int_not_equal(fd, -1);
	close(fd);
}

/* Puts a journal into the folder, as a run would have left it. */
static void write_journal(const char *file, const char *line)
{
	int fd;

	snprintf(path, sizeof path, "%s/%s", dir, file);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_not_equal(fd, -1);
	assert_true(dprintf(fd, "%s\n", line) > 0);
	close(fd);
}

static bool exists(const char *file)
{
	struct stat st;

	return lstat(file, &st) == 0;
}

/* What a new run sweeps. */
static void sweep(void)
{
	assert_int_equal(journal_open(), 0);
	journal_close();
}

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) && setenv("TMPDIR", dir, 1) == 0 ? 0 : -1;
}

static int remove_dir(void **state)
{
	(void)state;
	return rmdir(dir); /* empty, or the tests have not tidied up */
}

static int new_object(void **state)
{
	(void)state;
	if (objects_name(object, sizeof object) != 0)
		return -1;
	make_object(object);
	return 0;
}

static int remove_rest(void **state)
{
	(void)state;
	objects_remove(object, NULL);
	unlink(path);
	return 0;
}

static void test_dead_run(void **state)
{
	(void)state;
	write_journal("ipckit-run.dead01", object);
	sweep();
	assert_false(object_exists(object));
	assert_false(exists(path));
}

static void test_several_lines_and_one_cut_short(void **state)
{
	char text[3 * LINK_NAME_SIZE];

	(void)state;
	snprintf(text, sizeof text, "%s0\n\n%s\n/ipck", object, object);
	write_journal("ipckit-run.lines1", text);
	sweep();
	assert_false(object_exists(object));
	assert_false(exists(path));
}

static void test_live_run(void **state)
{
	int fd;

	(void)state;
	write_journal("ipckit-run.alive1", object);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	sweep();
	assert_true(object_exists(object));
	assert_true(exists(path));
	close(fd);
	sweep();
	assert_false(object_exists(object));
}

static void test_foreign_run(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	write_journal("ipckit-run.other1", object);
	assert_int_equal(chown(path, NOBODY, NOBODY), 0);
	sweep();
	assert_true(object_exists(object));
	assert_true(exists(path));
}

static void test_symbolic_link(void **state)
{
	char link[sizeof path];

	(void)state;
	write_journal("somewhere-else", object);
	snprintf(link, sizeof link, "%s/ipckit-run.link01", dir);
	assert_int_equal(symlink(path, link), 0);
	sweep();
	assert_true(object_exists(object));
	assert_true(exists(path));
	assert_true(exists(link));
	unlink(link);
}

/* Anybody may give a file of ours another name, where hard links are not protected; ours has one. */
static void test_second_name(void **state)
{
	char second[sizeof path];
	bool there;

	(void)state;
	write_journal("somewhere-else", object);
	snprintf(second, sizeof second, "%s/ipckit-run.second", dir);
	assert_int_equal(link(path, second), 0);
	sweep();
	there = object_exists(object) && exists(path) && exists(second);
	unlink(second);
	assert_true(there);
}

/* A fifo of that name must not make a run wait for a writer, nor a folder stop it. */
static void test_other_kinds_of_file(void **state)
{
	char folder[sizeof path];

	(void)state;
	snprintf(path, sizeof path, "%s/ipckit-run.fifo01", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	snprintf(folder, sizeof folder, "%s/ipckit-run.folder", dir);
	assert_int_equal(mkdir(folder, 0700), 0);
	sweep();
	assert_true(exists(path));
	assert_int_equal(rmdir(folder), 0);
}

static void test_other_names_in_a_journal(void **state)
{
	(void)state;
	objects_remove(object, NULL);
	snprintf(object, sizeof object, "/test_journal.%ld", (long)getpid());
	make_object(object);
	write_journal("ipckit-run.names1", object);
	sweep();
	assert_true(object_exists(object));
	assert_false(exists(path));
}

static void test_names_that_lead_elsewhere(void **state)
{
	char outside[64], line[128];
	int fd;

	(void)state;
	snprintf(outside, sizeof outside, "/tmp/test_journal.%ld", (long)getpid());
	fd = open(outside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_not_equal(fd, -1);
	close(fd);
	assert_int_equal(mkdir("/tmp/ipckit.test_journal", 0700), 0);
	snprintf(line, sizeof line, "/ipckit.test_journal/..%s", outside + strlen("/tmp"));
	write_journal("ipckit-run.slash1", line);
	sweep();
	rmdir("/tmp/ipckit.test_journal");
	assert_int_equal(unlink(outside), 0);
}

static void test_other_files(void **state)
{
	(void)state;
	write_journal("ipckit-other.dead1", object);
	sweep();
	assert_true(object_exists(object));
	assert_true(exists(path));
}

/* The only file in the folder; fails where there is none or more than one. */
static void find_journal(void)
{
	DIR *d = opendir(dir);
	unsigned n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		if (e->d_name[0] != '.') {
			snprintf(path, sizeof path, "%s/%.60s", dir, e->d_name);
			n++;
		}
	closedir(d);
	assert_int_equal(n, 1);
}

static void test_own_journal(void **state)
{
	struct stat st;
	int fd;

	(void)state;
	assert_int_equal(journal_open(), 0);
	journal_add(object);
	find_journal();
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), -1);
	close(fd);
	assert_true(object_exists(object));
	journal_close();
	assert_false(object_exists(object));
	assert_false(exists(path));
}

/* Who leaves gives up the descriptor; the lock stays with those who have not. */
static void test_leave(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(journal_open(), 0);
	find_journal();
	journal_add(object);
	if (fork() == 0) {
		journal_leave();
		journal_add("/ipckit.not-written");
		_exit(0);
	}
	wait(NULL);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), -1);
	journal_leave();
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	close(fd);
	journal_close(); /* it has left: nothing to remove */
	assert_true(exists(path));
	assert_true(object_exists(object));
	sweep();
	assert_false(object_exists(object));
}

static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* What is cut short is no name, is said, and does not spoil the next one. */
static void test_full(void **state)
{
	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(journal_open(), 0);
	limit_files(10);
	assert_int_equal(journal_add(object), -EFBIG);
	assert_int_equal(journal_add(object), -EFBIG);
	limit_files(RLIM_INFINITY);
	assert_int_equal(journal_add(object), 0);
	journal_close();
	assert_false(object_exists(object));
}

static void test_no_folder(void **state)
{
	(void)state;
	setenv("TMPDIR", "/nonexistent/folder", 1);
	assert_true(journal_open() < 0);
	assert_int_equal(journal_add(object), 0); /* goes on without */
	journal_close();
	setenv("TMPDIR", dir, 1);
}

/* A folder in the place of an object is one that cannot be removed. */
static void block(char *folder, size_t size)
{
	snprintf(folder, size, "/tmp%s", object);
	assert_int_equal(mkdir(folder, 0700), 0);
}

/* What cannot be removed is not forgotten: not by the run that left it, and not by those that come later. */
static void test_what_stays(void **state)
{
	char folder[128];

	(void)state;
	block(folder, sizeof folder);
	assert_int_equal(journal_open(), 0);
	journal_add(object);
	find_journal();
	assert_false(journal_left_behind());
	journal_close();
	assert_true(journal_left_behind());
	assert_false(object_exists(object)); /* the rest is */
	sweep();
	assert_true(exists(path));
	assert_int_equal(rmdir(folder), 0);
	sweep();
	assert_false(exists(path));
}

#define WITH_OBJECT(test) cmocka_unit_test_setup_teardown(test, new_object, remove_rest)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_OBJECT(test_dead_run),
		WITH_OBJECT(test_several_lines_and_one_cut_short),
		WITH_OBJECT(test_live_run),
		WITH_OBJECT(test_foreign_run),
		WITH_OBJECT(test_symbolic_link),
		WITH_OBJECT(test_second_name),
		WITH_OBJECT(test_other_kinds_of_file),
		WITH_OBJECT(test_other_names_in_a_journal),
		WITH_OBJECT(test_names_that_lead_elsewhere),
		WITH_OBJECT(test_other_files),
		WITH_OBJECT(test_own_journal),
		WITH_OBJECT(test_leave),
		WITH_OBJECT(test_full),
		WITH_OBJECT(test_no_folder),
		WITH_OBJECT(test_what_stays),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}

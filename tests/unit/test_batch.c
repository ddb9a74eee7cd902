/*
 * test_batch.c - a class graded by a stand-in for the grader, which does what the submission says
 */
#include "clock.h"
#include "grade/batch.h"
#include "grade/ledger.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* "$0" is in the test's folder: it logs there whom it graded, and its FIFOs are there. */
static const char grader[] =
	"#!/bin/sh\n"
	"attempt=1 asked=namespaces\n"
	"while [ $# -gt 1 ]; do\n"
	"	case $1 in --attempt) attempt=$2 ;; --isolation) asked=$2 ;; esac\n"
	"	shift\n"
	"done\n"
	"file=$1\n"
	"here=${0%/*}\n"
	"echo \"${file##*/}\" >>\"$here/log\"\n"
	"grade()\n"
	"{\n"
	"	sed 's/\"attempt\": 2/\"attempt\": '$attempt'/;s/\"isolation\": {/&\"asked\": \"'$asked'\",/' \\\n"
	"		tests/grading/records/partial.json\n"
	"}\n"
	"read -r what <\"$file\"\n"
	"case $what in\n"
	"graded) grade ;;\n"
	"older) grade | sed '/\"program\"/s/ipckit /ipckit 0./' ;;\n"
	"changed) read -r _ <\"$here/fifo\"; grade ;;\n"
	"error) cat tests/grading/records/grader_error.json; exit 77 ;;\n"
	"crash) kill -s SEGV $$ ;;\n"
	"silent) echo 'it broke' >&2; exit 3 ;;\n"
	"talks) printf 'ipckit: \\033[1mleft behind\\nipckit: this too\\nipckit: this too\\n' >&2; grade ;;\n"
	"garbage) echo '{\"status\": \"graded\"' ;;\n"
	"no_score) echo '{\"status\": \"graded\", \"items\": [1]}' ;;\n"
	"orphan) cat \"$here/fifo\" >/dev/null 2>&1 & grade ;;\n"
	"hang) exec cat \"$here/fifo\" ;;\n"
	"deaf) trap '' TERM; cat \"$here/fifo\"; cat \"$here/fifo\" ;;\n"
	"meet_a) echo >\"$here/fifo\"; read -r _ <\"$here/fifo2\"; grade ;;\n"
	"meet_b) read -r _ <\"$here/fifo\"; echo >\"$here/fifo2\"; grade ;;\n"
	"esac\n";

static char top[64], class_dir[80], out_dir[80], program[80], fifo[80];
static const char *attempt, *isolation; /* what every batch of a test is asked for */

static void put(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	assert_true(fd != -1);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static const char *in(const char *folder, const char *name)
{
	static char path[2][300];
	static int turn;

	turn = !turn;
	snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
	return path[turn];
}

static void hand_in(const char *name, const char *what)
{
	char line[64];

	snprintf(line, sizeof line, "%s\n", what);
	put(in(class_dir, name), line, 0600);
}

static char *content(const char *path)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = fopen(path, "re");

	if (!f || getdelim(&text, &size, '\0', f) == -1)
		text = strdup("");
	if (f)
		fclose(f);
	return text;
}

static size_t lines_of(const char *path)
{
	char *text = content(path);
	size_t n = 0;

	for (const char *c = text; *c; c++)
		n += *c == '\n';
	free(text);
	return n;
}

static size_t times_graded(void)
{
	return lines_of(in(top, "log"));
}

static int setup(void **state)
{
	(void)state;
	attempt = isolation = NULL;
	strcpy(top, "/tmp/ipckit-batch.XXXXXX");
	assert_non_null(mkdtemp(top));
	snprintf(class_dir, sizeof class_dir, "%s/class", top);
	snprintf(out_dir, sizeof out_dir, "%s/out", top);
	snprintf(program, sizeof program, "%s/grader", top);
	snprintf(fifo, sizeof fifo, "%s/fifo", top);
	put(program, grader, 0700);
	return mkdir(class_dir, 0700) | mkfifo(fifo, 0600) | mkfifo(in(top, "fifo2"), 0600);
}

static void remove_all(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		char inside[600];
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		snprintf(inside, sizeof inside, "%s/%s", path, e->d_name);
		if (e->d_type == DT_DIR)
			remove_all(inside);
		unlink(inside);
	}
	if (d)
		closedir(d);
	rmdir(path);
}

static int teardown(void **state)
{
	(void)state;
	remove_all(top);
	return 0;
}

/* What it prints goes to top/stdout and top/stderr. */
static pid_t start(const char *level, unsigned jobs, unsigned patience)
{
	const struct batch b = {.attempt = attempt,
				.isolation = isolation,
				.folder = class_dir,
				.out = out_dir,
				.level = level,
				.program = program,
				.jobs = jobs,
				.patience = patience};
	pid_t pid = fork();

	if (pid == 0) {
		if (!freopen(in(top, "stdout"), "w", stdout) || !freopen(in(top, "stderr"), "w", stderr))
			_exit(99);
		setvbuf(stderr, NULL, _IONBF, 0);
		exit(grade_batch(&b));
	}
	return pid;
}

static int status_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static int run(unsigned jobs)
{
	int status = status_of(start("L1", jobs, 20));

	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void assert_said(const char *file, const char *what)
{
	char *text = content(in(top, file));

	if (!strstr(text, what))
		fail_msg("'%s' is not in: %s", what, text);
	free(text);
}

static json_t *result(const char *student)
{
	char name[100];

	snprintf(name, sizeof name, "%s.json", student);
	return json_load_file(in(out_dir, name), JSON_REJECT_DUPLICATES, NULL);
}

static void assert_status(const char *student, const char *status, const char *error)
{
	json_t *r = result(student);

	assert_non_null(r);
	assert_string_equal(json_string_value(json_object_get(r, "status")), status);
	assert_string_equal(json_string_value(json_object_get(r, "student")), student);
	if (error) {
		assert_true(json_is_null(json_object_get(r, "score")));
		assert_non_null(strstr(json_string_value(json_object_get(r, "error")), error));
	}
	json_decref(r);
}

/* Every line of results.jsonl is whole; how many there are. */
static size_t sound_lines(void)
{
	char *text = content(in(out_dir, "results.jsonl"));
	size_t n = 0;

	for (char *rest = text, *line; (line = strsep(&rest, "\n")) && rest; n++) {
		json_t *r = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
		if (!r)
			fail_msg("not JSON: %s", line);
		assert_non_null(json_object_get(r, "student"));
		json_decref(r);
	}
	free(text);
	return n;
}

/* A grade, and one of which something is left. */
static void what_a_grader_says_is_passed_on(void **state)
{
	char *text;

	(void)state;
	hand_in("a.c", "graded");
	hand_in("b.c", "talks");
	assert_int_equal(run(1), 1);
	assert_status("b", "graded", NULL);
	text = content(in(top, "stderr"));
	assert_string_equal(text, "ipckit: b: \\x1b[1mleft behind\nipckit: b: this too\n");
	free(text);
	assert_int_equal(run(1), 0); /* nothing is done again */
}

static void what_a_grader_can_do_wrong(void **state)
{
	(void)state;
	hand_in("a.c", "graded");
	hand_in("b.c", "error");
	hand_in("c.c", "crash");
	hand_in("d.c", "silent");
	hand_in("e.c", "garbage");
	hand_in("f.c", "no_score");
	hand_in("g.c", "graded");
	assert_int_equal(run(2), 1);
	assert_status("a", "graded", NULL);
	assert_status("b", "grader_error", "the reference row did not pass");
	assert_status("c", "grader_error", "the grader died of SIGSEGV");
	assert_status("d", "grader_error", "the grader printed no record and ended with 3: it broke");
	assert_status("e", "grader_error", "the grader printed no record and ended with 0");
	assert_status("f", "grader_error", "the grader printed no record");
	assert_status("g", "graded", NULL);
	assert_int_equal(sound_lines(), 7);
	assert_said("stdout", "2 graded, 5 grader errors; mean score: 68.49 of 100\n");
	assert_said("stdout", "no grade: c: the grader died of SIGSEGV\n");
	assert_said("stdout", "parent -> child                                    2       0     0      0%\n");
}

static void class_csv_has_all(void **state)
{
	(void)state;
	hand_in("a.c", "graded");
	hand_in("=cmd.c", "graded");
	hand_in("z.c", "crash");
	run(1);
	char *text = content(in(out_dir, "class.csv"));
	assert_int_equal(lines_of(in(out_dir, "class.csv")), 1 + 2 * (12 + 1) + 1);
	assert_non_null(strstr(text, "\n'=cmd,answer.c,L1,1,total,,100,68.49,graded,\r\n"));
	assert_non_null(strstr(text, "\nz,z.c,L1,1,total,,100,,grader_error,the grader died of SIGSEGV\r\n"));
	free(text);
}

static void folders_of_students(void **state)
{
	(void)state;
	assert_int_equal(mkdir(in(class_dir, "one"), 0700) | mkdir(in(class_dir, "several"), 0700), 0);
	assert_int_equal(mkdir(in(class_dir, "named"), 0700), 0);
	hand_in("one/x.c", "graded");
	hand_in("one/notes.txt", "crash");
	hand_in("one/.hidden.c", "crash");
	assert_int_equal(symlink("/etc/passwd", in(class_dir, "one/link.c")), 0);
	assert_int_equal(mkdir(in(class_dir, "one/folder.c"), 0700), 0);
	hand_in("several/x.c", "graded");
	hand_in("several/y.c", "graded");
	hand_in("named/zz.c", "crash");
	hand_in("named/answer.c", "graded");
	hand_in("named/aa.c", "crash");
	hand_in("several/.hidden", "crash");
	assert_int_equal(mkdir(in(class_dir, "misnamed"), 0700), 0);
	hand_in("misnamed/answer.cpp", "graded");
	assert_int_equal(run(2), 1);
	assert_status("one", "graded", NULL);
	assert_status("named", "graded", NULL);
	assert_status("several", "grader_error", "the folder has several files");
	assert_status("misnamed", "grader_error", "the folder has no file to grade");
	assert_int_equal(times_graded(), 2);
	assert_int_equal(sound_lines(), 4);
}

/* That is the student's and not the grader's. */
static void nothing_handed_in_is_0(void **state)
{
	(void)state;
	assert_int_equal(mkdir(in(class_dir, "none"), 0700) | mkdir(in(class_dir, "hidden"), 0700), 0);
	hand_in("hidden/.answer.c.swp", "graded");
	assert_int_equal(run(1), 0);
	assert_status("none", "graded", NULL);
	assert_status("hidden", "graded", NULL);
	assert_said("stdout", "2 graded, 0 grader errors; mean score: 0 of 100\n");
	char *text = content(in(out_dir, "class.csv"));
	assert_non_null(strstr(text, "\nnone,,L1,1,file,delivery,100,0,failed,nothing was handed in\r\n"));
	assert_non_null(strstr(text, "\nnone,,L1,1,total,,100,0,graded,\r\n"));
	free(text);
	assert_int_equal(run(1), 0);
	assert_int_equal(sound_lines(), 2); /* once is enough */
	hand_in("none/answer.c", "graded");
	assert_int_equal(run(1), 0);
	assert_int_equal(times_graded(), 1);
	assert_said("stdout", "mean score: 34.2");
}

/* Nobody is graded by what a link leads to, and nobody is passed over. */
static void only_regular_files_are_graded(void **state)
{
	static const char *const names[] = {"link", "fifo", "loose", "linked", "folder", "inside"};

	(void)state;
	hand_in("a.c", "graded");
	assert_int_equal(symlink("a.c", in(class_dir, "link.c")), 0);
	assert_int_equal(symlink("nowhere", in(class_dir, "loose.c")), 0);
	assert_int_equal(symlink("/dev/zero", in(class_dir, "linked.c")), 0);
	assert_int_equal(symlink("inside", in(class_dir, "folder")), 0);
	assert_int_equal(mkfifo(in(class_dir, "fifo.c"), 0600), 0);
	assert_int_equal(mkdir(in(class_dir, "inside"), 0700), 0);
	assert_int_equal(symlink("../a.c", in(class_dir, "inside/answer.c")), 0);
	assert_int_equal(symlink("a.c", in(class_dir, "notes")), 0);
	assert_int_equal(run(1), 1);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		assert_status(names[i], "grader_error", "not a regular file");
	assert_null(result("notes"));
	assert_int_equal(times_graded(), 1);
}

static void a_folder_that_cannot_be_read_is_no_0(void **state)
{
	(void)state;
	if (geteuid() == 0)
		skip();
	assert_int_equal(mkdir(in(class_dir, "closed"), 0), 0);
	assert_int_equal(run(1), 77);
	assert_status("closed", "grader_error", "the folder cannot be read");
}

static void names_of_students(void **state)
{
	(void)state;
	hand_in("-rf.c", "graded");
	hand_in("a b\n.c", "graded");
	hand_in("bad\xff.c", "graded");
	hand_in("bad\xfe.c", "crash");
	assert_int_equal(run(1), 1);
	assert_int_equal(sound_lines(), 4);
	hand_in("bad\xfe.c", "graded");
	assert_int_equal(run(1), 0);
	assert_int_equal(run(1), 0);
	assert_int_equal(sound_lines(), 5); /* and they are found again */
	char *text = content(in(out_dir, "class.csv"));
	assert_non_null(strstr(text, "\nbad\\xfe,answer.c,L1,1,total,"));
	assert_non_null(strstr(text, "\nbad\\xff,answer.c,L1,1,total,"));
	assert_non_null(strstr(text, "\na b\\x0a,answer.c,L1,1,total,"));
	for (const char *c = text; *c; c++)
		assert_true((unsigned char)*c < 0x80);
	free(text);
}

/* A file name has at most NAME_MAX bytes, and ".json" is longer than ".c". */
static void long_names_have_a_result(void **state)
{
	char one[NAME_MAX + 1] = "", two[NAME_MAX + 1] = "", fits[NAME_MAX + 1] = "";

	(void)state;
	memset(one, 'm', NAME_MAX - 2);
	memset(two, 'm', NAME_MAX - 2);
	memset(fits, 'm', NAME_MAX - 5);
	two[NAME_MAX - 3] = 'n';
	strcpy(one + NAME_MAX - 2, ".c");
	strcpy(two + NAME_MAX - 2, ".c");
	hand_in("a.c", "graded");
	hand_in(one, "graded");
	hand_in(two, "crash");
	hand_in("z.c", "graded");
	assert_int_equal(mkdir(in(class_dir, fits), 0700), 0);
	memset(fits, 'n', NAME_MAX);
	assert_int_equal(mkdir(in(class_dir, fits), 0700), 0);
	assert_int_equal(run(1), 1);
	assert_status("z", "graded", NULL);
	assert_int_equal(sound_lines(), 6);
	assert_said("stdout", "5 graded, 1 grader errors"); /* the empty folders are graded, too */
	hand_in(two, "graded");
	assert_int_equal(run(1), 0);
	assert_int_equal(times_graded(), 5);
	assert_said("stdout", "6 graded, 0 grader errors");
}

/* A folder is where the result belongs. */
static void a_result_that_cannot_be_written_is_one_students(void **state)
{
	(void)state;
	hand_in("a.c", "graded");
	hand_in("b.c", "graded");
	hand_in("c.c", "graded");
	assert_int_equal(mkdir(out_dir, 0700) | mkdir(in(out_dir, "b.json"), 0700), 0);
	for (size_t i = 1; i <= 2; i++) {
		assert_int_equal(run(1), 1);
		assert_status("a", "graded", NULL);
		assert_status("c", "graded", NULL);
		assert_said("stderr", "b.json: Is a directory");
		assert_said("stdout", "2 graded, 1 grader errors");
		assert_said("stdout", "no grade: b: the result cannot be written: Is a directory\n");
		assert_int_equal(sound_lines(), 2 + i);
	}
	assert_int_equal(rmdir(in(out_dir, "b.json")), 0);
	assert_int_equal(run(1), 0);
	assert_status("b", "graded", NULL);
	assert_int_equal(times_graded(), 5);
}

/* A full disk is nobody's alone. */
static void a_full_disk_ends_the_batch(void **state)
{
	(void)state;
	assert_true(ledger_lost(-ENOSPC) && ledger_lost(-EDQUOT) && ledger_lost(-EIO) && ledger_lost(-EROFS));
	assert_false(ledger_lost(-ENAMETOOLONG) || ledger_lost(-EISDIR) || ledger_lost(0));
}

static void another_ending_is_named(void **state)
{
	(void)state;
	hand_in("alice.c", "graded");
	hand_in("dave.cpp", "graded");
	hand_in("erin.C", "graded");
	hand_in("frank", "graded");
	hand_in(".hidden", "graded");
	assert_int_equal(run(1), 1);
	assert_status("alice", "graded", NULL);
	assert_status("dave.cpp", "grader_error", "does not end with .c");
	assert_status("erin.C", "grader_error", "does not end with .c");
	assert_status("frank", "grader_error", "does not end with .c");
	assert_said("stdout", "no grade: dave.cpp: does not end with .c\n");
	assert_int_equal(times_graded(), 1);
	assert_int_equal(sound_lines(), 4);
}

static void two_of_one_name_are_refused(void **state)
{
	(void)state;
	hand_in("a.c", "graded");
	assert_int_equal(mkdir(in(class_dir, "a"), 0700), 0);
	assert_int_equal(run(1), 2);
	assert_said("stderr", "two submissions are called 'a': ");
	assert_said("stderr", in(class_dir, "a and "));
	assert_said("stderr", in(class_dir, "a.c\n"));
	assert_int_equal(times_graded(), 0);
}

static void nothing_to_grade(void **state)
{
	(void)state;
	hand_in(".hidden.c", "graded");
	assert_int_equal(run(1), 2);
	assert_said("stderr", "no .c file and no folder to grade in it");
}

static void no_grade_at_all_is_77(void **state)
{
	(void)state;
	hand_in("a.c", "crash");
	assert_int_equal(run(1), 77);
}

static void what_is_finished_is_not_graded_again(void **state)
{
	(void)state;
	hand_in("a.c", "graded");
	hand_in("b.c", "crash");
	assert_int_equal(run(1), 1);
	assert_int_equal(times_graded(), 2);
	hand_in("b.c", "graded");
	assert_int_equal(run(1), 0); /* a grader error is no result */
	assert_int_equal(times_graded(), 3);
	assert_int_equal(run(1), 0);
	assert_int_equal(times_graded(), 3);
	assert_int_equal(sound_lines(), 3); /* of b twice, the last one counts */
	hand_in("a.c", "graded");           /* newer than its result */
	assert_int_equal(run(1), 0);
	assert_int_equal(times_graded(), 4);
	assert_true(WIFEXITED(status_of(start("L2", 1, 20))));
	assert_int_equal(times_graded(), 6); /* another level is another result */
}

/* Opened as soon as somebody reads there: then the grader hangs. */
static int hanging(void)
{
	int fd = open(fifo, O_WRONLY | O_CLOEXEC);

	assert_true(fd != -1);
	return fd;
}

/* Each counts as it was asked for. */
static void another_question_is_another_result(void **state)
{
	static const struct {
		const char *attempt, *isolation;
		size_t graded;
	} runs[] = {{NULL, NULL, 1}, {"1", "namespaces", 1}, {"2", NULL, 2},      {"2", NULL, 2},
		    {NULL, NULL, 3}, {NULL, "limits", 4},    {NULL, "limits", 4}, {NULL, NULL, 5}};

	(void)state;
	hand_in("a.c", "graded");
	for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
		attempt = runs[i].attempt;
		isolation = runs[i].isolation;
		assert_int_equal(run(1), 0);
		assert_int_equal(times_graded(), runs[i].graded);
	}
}

static void what_another_version_graded_is_graded_again(void **state)
{
	(void)state;
	hand_in("a.c", "older");
	assert_int_equal(run(1), 0);
	assert_int_equal(run(1), 0);
	assert_int_equal(times_graded(), 2);
}

/* The result is written after the change, and knows nothing of it. */
static void what_changes_while_it_is_graded_is_graded_again(void **state)
{
	(void)state;
	hand_in("a.c", "changed");
	pid_t pid = start("L1", 1, 60);
	int fd = hanging();
	while (times_graded() == 0)
		sched_yield();
	hand_in("a.c", "graded");
	assert_int_equal(write(fd, "\n", 1), 1);
	close(fd);
	assert_int_equal(WEXITSTATUS(status_of(pid)), 0);
	assert_int_equal(run(1), 0);
	assert_int_equal(times_graded(), 2);
	assert_int_equal(run(1), 0);
	assert_int_equal(times_graded(), 2);
}

static void a_line_cut_short_is_repaired(void **state)
{
	struct stat st;

	(void)state;
	hand_in("a.c", "graded");
	hand_in("b.c", "graded");
	assert_int_equal(run(1), 0);
	assert_int_equal(stat(in(out_dir, "results.jsonl"), &st), 0);
	for (off_t cut = 1; cut < st.st_size; cut += 1 + st.st_size / 7) {
		assert_int_equal(truncate(in(out_dir, "results.jsonl"), st.st_size - cut), 0);
		assert_int_equal(run(1), 0);
		assert_int_equal(sound_lines(), 2);
	}
	assert_int_equal(unlink(in(out_dir, "results.jsonl")), 0);
	assert_int_equal(run(1), 0);
	assert_int_equal(sound_lines(), 2);
	assert_int_equal(times_graded(), 2);
}

/* A kill between its two writes leaves half a file under another name. */
static void a_result_cut_short_is_not_there(void **state)
{
	(void)state;
	hand_in("a.c", "graded");
	assert_int_equal(mkdir(out_dir, 0700), 0);
	put(in(out_dir, ".new"), "{\"status\": \"gra", 0600);
	put(in(out_dir, "a.json"), "{\"status\": \"graded\"", 0600);
	assert_int_equal(run(1), 0);
	assert_status("a", "graded", NULL);
	assert_int_not_equal(access(in(out_dir, ".new"), F_OK), 0);
}

/* Nobody reads there any more. */
static void assert_gone(int fd)
{
	struct pollfd p = {.fd = fd};

	assert_int_equal(poll(&p, 1, 10000), 1);
	assert_true(p.revents & POLLERR);
	close(fd);
}

static void an_orphan_is_killed(void **state)
{
	(void)state;
	hand_in("a.c", "orphan");
	pid_t pid = start("L1", 1, 20);
	int fd = open(fifo, O_RDWR | O_NONBLOCK | O_CLOEXEC); /* it must not hang in open(2) if it comes late */
	assert_int_equal(WEXITSTATUS(status_of(pid)), 0);
	int writer = open(fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	close(fd);
	assert_gone(writer);
	assert_status("a", "graded", NULL);
}

static void an_interrupt_can_be_gone_on_from(void **state)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

	(void)state;
	hand_in("c.c", "graded");
	assert_int_equal(run(1), 0);
	hand_in("a.c", "graded");
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		hand_in("b.c", "hang");
		pid_t pid = start("L1", 1, 60);
		int fd = hanging();
		kill(pid, signals[i]);
		int status = status_of(pid);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i]);
		assert_gone(fd);
		assert_null(result("b"));
		assert_status("a", "graded", NULL);
		assert_said("stderr", "interrupted: 2 of 3 have a result; the same command goes on");
	}
	hand_in("b.c", "graded");
	assert_int_equal(run(1), 0);
	assert_int_equal(sound_lines(), 3);
	assert_int_equal(times_graded(), 1 + 1 + 3 + 1); /* only b was begun more than once */
}

static void a_deaf_grader_is_killed(void **state)
{
	(void)state;
	hand_in("a.c", "deaf");
	pid_t pid = start("L1", 1, 60);
	int fd = hanging();
	kill(pid, SIGINT);
	assert_true(WIFSIGNALED(status_of(pid)));
	assert_gone(fd);
}

static void no_grader_outlives_a_killed_batch(void **state)
{
	(void)state;
	hand_in("a.c", "graded");
	hand_in("b.c", "hang");
	pid_t pid = start("L1", 1, 60);
	int fd = hanging();
	kill(pid, SIGKILL);
	assert_true(WIFSIGNALED(status_of(pid)));
	assert_gone(fd);
	hand_in("b.c", "graded");
	assert_int_equal(run(1), 0);
	assert_int_equal(times_graded(), 3);
	assert_int_equal(sound_lines(), 2);
}

static void patience_ends(void **state)
{
	(void)state;
	hand_in("a.c", "hang");
	hand_in("b.c", "graded");
	int status = status_of(start("L1", 1, 1));
	assert_int_equal(WEXITSTATUS(status), 1);
	assert_status("a", "grader_error", "the grader took too long");
	assert_status("b", "graded", NULL);
}

static void jobs_run_at_once(void **state)
{
	(void)state;
	hand_in("a.c", "meet_a");
	hand_in("b.c", "meet_b");
	assert_int_equal(run(2), 0);
	assert_status("a", "graded", NULL);
}

/* Would the test above notice? One at a time they wait for each other for ever. */
static void one_job_is_one_at_a_time(void **state)
{
	(void)state;
	hand_in("a.c", "meet_a");
	hand_in("b.c", "meet_b");
	assert_int_equal(WEXITSTATUS(status_of(start("L1", 1, 1))), 77);
	assert_status("a", "grader_error", "too long");
}

static void two_batches_do_not_share_a_folder(void **state)
{
	(void)state;
	hand_in("a.c", "hang");
	pid_t pid = start("L1", 1, 60);
	int fd = hanging();
	assert_int_equal(run(1), 2);
	assert_said("stderr", "is in use by another batch");
	kill(pid, SIGKILL);
	status_of(pid);
	assert_gone(fd);
}

static void it_does_not_spin(void **state)
{
	struct timespec cpu;
	clockid_t clock;

	(void)state;
	hand_in("a.c", "hang");
	pid_t pid = start("L1", 1, 60);
	int fd = hanging();
	assert_int_equal(clock_getcpuclockid(pid, &clock), 0);
	struct pollfd none = {.fd = -1};
	poll(&none, 1, 300);
	assert_int_equal(clock_gettime(clock, &cpu), 0);
	assert_in_range(cpu.tv_sec * NS_PER_S + cpu.tv_nsec, 0, 100 * NS_PER_MS);
	kill(pid, SIGKILL);
	status_of(pid);
	assert_gone(fd);
}

static void results_are_nobody_elses(void **state)
{
	struct stat st;

	(void)state;
	hand_in("a.c", "graded");
	assert_int_equal(run(1), 0);
	assert_int_equal(stat(out_dir, &st), 0);
	assert_int_equal(st.st_mode & 077, 0);
	assert_int_equal(stat(in(out_dir, "class.csv"), &st), 0);
	assert_int_equal(st.st_mode & 077, 0);
}

#define BATCH_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BATCH_TEST(what_a_grader_says_is_passed_on),
		BATCH_TEST(what_a_grader_can_do_wrong),
		BATCH_TEST(class_csv_has_all),
		BATCH_TEST(folders_of_students),
		BATCH_TEST(nothing_handed_in_is_0),
		BATCH_TEST(only_regular_files_are_graded),
		BATCH_TEST(a_folder_that_cannot_be_read_is_no_0),
		BATCH_TEST(names_of_students),
		BATCH_TEST(long_names_have_a_result),
		BATCH_TEST(a_result_that_cannot_be_written_is_one_students),
		BATCH_TEST(a_full_disk_ends_the_batch),
		BATCH_TEST(another_ending_is_named),
		BATCH_TEST(two_of_one_name_are_refused),
		BATCH_TEST(nothing_to_grade),
		BATCH_TEST(no_grade_at_all_is_77),
		BATCH_TEST(what_is_finished_is_not_graded_again),
		BATCH_TEST(another_question_is_another_result),
		BATCH_TEST(what_another_version_graded_is_graded_again),
		BATCH_TEST(what_changes_while_it_is_graded_is_graded_again),
		BATCH_TEST(a_line_cut_short_is_repaired),
		BATCH_TEST(a_result_cut_short_is_not_there),
		BATCH_TEST(an_orphan_is_killed),
		BATCH_TEST(an_interrupt_can_be_gone_on_from),
		BATCH_TEST(a_deaf_grader_is_killed),
		BATCH_TEST(no_grader_outlives_a_killed_batch),
		BATCH_TEST(patience_ends),
		BATCH_TEST(jobs_run_at_once),
		BATCH_TEST(one_job_is_one_at_a_time),
		BATCH_TEST(two_batches_do_not_share_a_folder),
		BATCH_TEST(it_does_not_spin),
		BATCH_TEST(results_are_nobody_elses),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

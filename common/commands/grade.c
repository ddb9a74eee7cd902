#include "commands.h"

#include "complain.h"
#include "grade/batch.h"
#include "grade/formats.h"
#include "grade/grade.h"
#include "grade/levels.h"
#include "grade/papers.h"
#include "report/record.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* 0 for what is no number from 1 on that an int can hold. */
static int count_of(const char *s)
{
	unsigned long n;

	if (!*s || strspn(s, "0123456789") != strlen(s))
		return 0;
	errno = 0;
	n = strtoul(s, NULL, 10);
	return errno == 0 && n <= INT_MAX ? (int)n : 0;
}

static bool check_format(const char *name)
{
	const char *near = grade_format_nearest(name);
	char *names;

	if (grade_format_known(name))
		return true;
	names = grade_format_names();
	if (near)
		complain("grade: unknown format '%s'; did you mean '%s'?", name, near);
	else
		complain("grade: unknown format '%s': %s", name, names ? names : "");
	free(names);
	return false;
}

static bool check_batch(const struct options *o)
{
	if (o->noperands > 0)
		complain("grade: --batch grades a folder, not %s", o->operands[0]);
	else if (o->record)
		complain("grade: --batch grades, and --record only prints: they do not go together");
	else if (!o->out)
		complain("grade: --batch wants --out DIR, for the results");
	else if (o->format_name || o->output)
		complain("grade: --batch writes its own files to --out; it takes no --format and no --output");
	else if (o->jobs && !count_of(o->jobs))
		complain("grade: --jobs wants a number from 1 on, not '%s'", o->jobs);
	else
		return true;
	return false;
}

/* A link is not followed: in a loop over what a class has handed in it may lead to another's file. */
static bool check_file(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == -1)
		complain("grade: %s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		complain("grade: %s is %s: name the file itself", path,
			 S_ISLNK(st.st_mode) ? "a symbolic link, which is not followed" : "not a regular file");
	else if (access(path, R_OK) == -1)
		complain("grade: %s cannot be read: %s", path, strerror(errno));
	else
		return true;
	return false;
}

static bool check_one(const struct options *o)
{
	if (o->out || o->jobs)
		complain("grade: --out and --jobs go with --batch; a single result goes to --output");
	else if (o->noperands != (o->record ? 0 : 1))
		complain("grade: give one file; see 'ipckit grade --help'");
	else if (o->record && (o->level || o->attempt || o->isolation))
		complain("grade: --record grades nothing: no --level, --attempt or --isolation goes with it");
	else if (o->record || check_file(o->operands[0]))
		return check_format(o->format_name ? o->format_name : "table");
	return false;
}

/* The level first: by it make finds the file. */
static bool check(const struct options *o)
{
	if (o->level && !level_find(o->level) && !paper_is_level(o->level))
		complain("grade: unknown level '%s': L0 to L7", o->level);
	else if (o->attempt && !count_of(o->attempt))
		complain("grade: --attempt wants a number from 1 on, not '%s'", o->attempt);
	else if (o->isolation && strcmp(o->isolation, "limits") != 0 && strcmp(o->isolation, "namespaces") != 0)
		complain("grade: unknown isolation '%s': limits or namespaces", o->isolation);
	else
		return o->batch ? check_batch(o) : check_one(o);
	return false;
}

static int grade_class(const struct options *o)
{
	const struct batch batch = {
		.folder = o->batch,
		.out = o->out,
		.level = o->level ? o->level : "L1",
		.attempt = o->attempt,
		.isolation = o->isolation,
		.program = "/proc/self/exe",
		.jobs = o->jobs ? (unsigned)count_of(o->jobs) : 0,
		.patience = BATCH_PATIENCE,
	};

	return check(o) ? grade_batch(&batch) : EXIT_USAGE;
}

/* Frees the record. */
static int print(const struct options *o, FILE *out, json_t *record)
{
	bool ok = record && grade_print(out, record, o->format_name ? o->format_name : "table") == 0;
	int status = ok ? grade_exit_status(record) : EXIT_SURPRISE; /* options_close() says what went wrong */

	json_decref(record);
	return options_close(o, out) ? status : EXIT_SURPRISE;
}

static int print_record(const struct options *o)
{
	if (!check(o))
		return EXIT_USAGE;
	char why[RECORD_WHY];
	json_t *record = record_load(o->record, why);
	bool unread = !record && errno != 0, sound = json_is_string(json_object_get(record, "status"));
	FILE *out = sound ? options_open(o) : NULL;

	if (out)
		return print(o, out, record);
	if (unread)
		complain("grade: %s: %s", o->record, why);
	else if (!sound)
		complain("grade: %s is not the record of a grading", o->record);
	json_decref(record);
	return EXIT_USAGE;
}

static int grade_one(const struct options *o)
{
	struct grade_request request = {
		.level = o->level ? o->level : "L1",
		.attempt = o->attempt ? count_of(o->attempt) : 1,
		.limits_only = o->isolation && strcmp(o->isolation, "limits") == 0,
	};
	FILE *out = check(o) ? options_open(o) : NULL;
	json_t *record;

	if (!out)
		return EXIT_USAGE;
	request.file = o->operands[0];
	record = grade_submission(&request);
	if (record)
		return print(o, out, record);
	complain("grade: no memory");
	return EXIT_NOTHING_RUN;
}

static void on_file_limit(int sig)
{
	(void)sig;
}

/* What is too large for ulimit -f is an error of write(2) and not our end. Ignored it would be so in foreign code, too. */
static void survive_file_limit(void)
{
	sigaction(SIGXFSZ, &(struct sigaction){.sa_handler = on_file_limit}, NULL);
}

static int grade(const struct options *o)
{
	survive_file_limit();
	if (o->batch)
		return grade_class(o);
	return o->record ? print_record(o) : grade_one(o);
}

const struct command command_grade = {
	.name = "grade",
	.operands = "FILE",
	.summary = "Grades an answer to the exercise: compiles and runs it in a sandbox, and measures.",
	.takes = TAKES_GRADE | TAKES_OUTPUT,
	.run = grade,
};

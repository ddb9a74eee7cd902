#include "grade/ledger.h"

#include "complain.h"
#include "grade/formats/reading.h"
#include "report/text.h"
#include "report/words.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char lines_name[] = "results.jsonl";
static const char temporary[] = ".new"; /* a folder has one writer, so it needs one name */

static bool wrong(const struct ledger *l, const char *name, int error)
{
	complain("%s/%s: %s", l->path, name, strerror(error));
	return false;
}

bool ledger_open(struct ledger *l, const char *path)
{
	*l = (struct ledger){.path = path, .folder = -1, .lines = -1};
	if (mkdir(path, 0700) == -1 && errno != EEXIST)
		return wrong(l, "", errno);
	l->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (l->folder == -1)
		return wrong(l, "", errno);
	l->lines = openat(l->folder, lines_name, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (l->lines == -1)
		return wrong(l, lines_name, errno);
	if (flock(l->lines, LOCK_EX | LOCK_NB) == 0)
		return true;
	complain("%s is in use by another batch", path);
	return false;
}

void ledger_close(struct ledger *l)
{
	if (l->lines != -1)
		close(l->lines);
	if (l->folder != -1)
		close(l->folder);
}

static char *file_name(const char *student)
{
	char *name;

	return asprintf(&name, "%s.json", student) == -1 ? NULL : name;
}

json_t *ledger_read(const struct ledger *l, const char *student, struct timespec *when)
{
	char *name = file_name(student);
	int fd = name ? openat(l->folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) : -1;
	json_t *record = fd == -1 ? NULL : json_loadfd(fd, JSON_REJECT_DUPLICATES, NULL);
	struct stat st;

	if (record && !json_object_get(record, "student")) /* of a grading that was not part of a batch */
		json_object_set_new(record, "student", grade_own(text_shown(student)));
	if (when && fd != -1 && fstat(fd, &st) == 0)
		*when = st.st_mtim;
	if (fd != -1)
		close(fd);
	free(name);
	return record;
}

bool ledger_put(struct ledger *l, const char *name, int (*fill)(FILE *out, const void *what), const void *what)
{
	int fd = openat(l->folder, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	FILE *out = fd == -1 ? NULL : fdopen(fd, "w");
	int error = out ? 0 : errno;

	if (out)
		error = -fill(out, what);
	if (out && !error && (fflush(out) == EOF || fsync(fd) == -1))
		error = errno;
	if (out && fclose(out) == EOF && !error)
		error = errno;
	if (!error && renameat(l->folder, temporary, l->folder, name) == -1)
		error = errno;
	if (!error)
		return true;
	unlinkat(l->folder, temporary, 0);
	return wrong(l, name, error);
}

static int fill_record(FILE *out, const void *record)
{
	if (json_dumpf(record, out, JSON_INDENT(1) | JSON_ENSURE_ASCII | GRADE_DUMP) == -1)
		return -EIO;
	return fputc('\n', out) == EOF ? -EIO : 0;
}

/* In one write: a line is there or, if the disk is full, taken back. */
static bool append(struct ledger *l, const json_t *record)
{
	char *text = json_dumps(record, JSON_ENSURE_ASCII | JSON_COMPACT | GRADE_DUMP);
	size_t length = text ? strlen(text) : 0;
	off_t before = lseek(l->lines, 0, SEEK_END);

	if (!text)
		return wrong(l, lines_name, ENOMEM);
	text[length] = '\n'; /* instead of the terminating 0 */
	ssize_t n = write(l->lines, text, length + 1);
	int error = n == -1 ? errno : ENOSPC;
	free(text);
	if (n == (ssize_t)length + 1)
		return true;
	if (ftruncate(l->lines, before) == -1)
		error = errno;
	return wrong(l, lines_name, error);
}

bool ledger_write(struct ledger *l, const char *student, const json_t *record)
{
	char *name = file_name(student);
	bool ok = name && ledger_put(l, name, fill_record, record);

	free(name);
	return ok && append(l, record);
}

/* Calls `seen` with the student of every line that is whole, and cuts off what follows the last of them. */
static bool read_lines(struct ledger *l, json_t *students)
{
	int fd = openat(l->folder, lines_name, O_RDONLY | O_CLOEXEC);
	FILE *in = fd == -1 ? NULL : fdopen(fd, "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	off_t whole = 0;

	if (!in)
		return wrong(l, lines_name, errno);
	while ((length = getline(&line, &size, in)) > 0 && line[length - 1] == '\n') {
		json_t *record = json_loadb(line, (size_t)length, JSON_REJECT_DUPLICATES, NULL);
		if (json_is_object(record))
			json_object_set_new(students, record_text(record, "student"), json_true());
		json_decref(record);
		whole += length;
	}
	free(line);
	fclose(in);
	return ftruncate(l->lines, whole) == 0 || wrong(l, lines_name, errno);
}

static bool add_missing(struct ledger *l, const char *student, const json_t *students)
{
	char *name = text_shown(student);
	bool known = name && json_object_get(students, name);
	json_t *record = known ? NULL : ledger_read(l, student, NULL);
	bool ok = !record || append(l, record);

	json_decref(record);
	free(name);
	return ok;
}

bool ledger_repair(struct ledger *l, const struct submissions *s)
{
	json_t *students = json_object();
	bool ok = read_lines(l, students);

	for (size_t i = 0; ok && i < s->n; i++)
		ok = add_missing(l, s->list[i].student, students);
	json_decref(students);
	return ok;
}

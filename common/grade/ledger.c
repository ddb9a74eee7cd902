#include "grade/ledger.h"

#include "complain.h"
#include "grade/formats/reading.h"
#include "lock.h"
#include "output.h"
#include "report/record.h"
#include "report/text.h"
#include "report/words.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
	int error;

	*l = (struct ledger){.path = path, .folder = -1, .lines = -1};
	if (output_folder(path, 0700) == -1)
		return wrong(l, "", errno);
	l->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (l->folder == -1)
		return wrong(l, "", errno);
	l->lines = output_open_in(l->folder, lines_name, O_RDWR | O_APPEND | O_CREAT, 0600);
	if (l->lines == -1)
		return wrong(l, lines_name, errno);
	error = lock_at_once(l->lines);
	if (error && error != -EWOULDBLOCK)
		return wrong(l, lines_name, -error);
	if (error)
		complain("%s is in use by another batch", path);
	return !error;
}

void ledger_close(struct ledger *l)
{
	json_decref(l->lost);
	if (l->lines != -1)
		close(l->lines);
	if (l->folder != -1)
		close(l->folder);
}

/* FNV-1a: tells names apart that begin alike. */
static uint64_t hash_of(const char *s)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (; *s; s++)
		hash = (hash ^ (unsigned char)*s) * 0x100000001b3;
	return hash;
}

/* NAME.json; of a name that leaves no room for the ending its beginning and a hash: no short name is as long as that. */
static char *file_name(const struct ledger *l, const char *student)
{
	static const char ending[] = ".json";
	long most = fpathconf(l->folder, _PC_NAME_MAX);
	size_t room = (size_t)(most > 0 ? most : NAME_MAX) - (sizeof ending - 1);
	char *name;
	int n;

	if (strlen(student) < room)
		n = asprintf(&name, "%s%s", student, ending);
	else
		n = asprintf(&name, "%.*s+%016" PRIx64 "%s", (int)room - 17, student, hash_of(student), ending);
	return n == -1 ? NULL : name;
}

static json_t *remembered(const struct ledger *l, const char *student)
{
	char *shown = text_shown(student);
	json_t *record = shown ? json_object_get(l->lost, shown) : NULL;

	free(shown);
	return json_incref(record);
}

/* What is no record, or no file, will be one when it is graded. */
static bool is_no_result(int error)
{
	return error == 0 || error == ENOENT || error == EISDIR || error == ELOOP;
}

static json_t *read_file(const struct ledger *l, const char *student, struct timespec *when)
{
	char *name = file_name(l, student);
	int fd = name ? output_open_in(l->folder, name, O_RDONLY, 0) : -1;
	json_error_t why;
	json_t *record = fd == -1 ? NULL : record_read(fd, &why);
	int error = record || is_no_result(errno) ? ENOENT : errno;
	struct stat st;

	if (!record && error != ENOENT)
		wrong(l, name ? name : "", error);
	if (record && !json_object_get(record, "student")) /* of a grading that was not part of a batch */
		json_object_set_new(record, "student", grade_own(text_shown(student)));
	if (when && fd != -1 && fstat(fd, &st) == 0)
		*when = st.st_mtim;
	if (fd != -1)
		close(fd);
	free(name);
	errno = error;
	return record;
}

json_t *ledger_read(const struct ledger *l, const char *student, struct timespec *when)
{
	json_t *record = remembered(l, student);

	return record ? record : read_file(l, student, when);
}

int ledger_put(struct ledger *l, const char *name, int (*fill)(FILE *out, const void *what), const void *what)
{
	int fd = output_open_in(l->folder, temporary, O_WRONLY | O_CREAT | O_TRUNC, 0600);
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
		return 0;
	unlinkat(l->folder, temporary, 0);
	wrong(l, name, error);
	return -error;
}

struct result {
	const json_t *record;
	const struct timespec *changed;
};

/* The time of the file is that of what was graded, so it is set when all is written. */
static int fill_record(FILE *out, const void *what)
{
	const struct result *result = what;
	const struct timespec times[2] = {{.tv_nsec = UTIME_NOW}, *result->changed};

	errno = 0;
	if (json_dumpf(result->record, out, JSON_INDENT(1) | JSON_ENSURE_ASCII | GRADE_DUMP) == -1 ||
	    fputc('\n', out) == EOF || fflush(out) == EOF)
		return errno ? -errno : -EIO;
	return futimens(fileno(out), times) == -1 ? -errno : 0;
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

int ledger_write(struct ledger *l, const char *student, const json_t *record, const struct timespec *changed)
{
	const struct result result = {record, changed};
	char *name = file_name(l, student);
	int error = name ? ledger_put(l, name, fill_record, &result) : -ENOMEM;

	free(name);
	if (error)
		return error;
	return append(l, record) ? 0 : -EIO; /* the lines are of all */
}

bool ledger_lost(int error)
{
	static const int all[] = {EIO, ENOSPC, EDQUOT, EROFS, EFBIG};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if (error == -all[i])
			return true;
	return false;
}

bool ledger_remember(struct ledger *l, json_t *record)
{
	const char *student = record_text(record, "student");
	bool ok;

	if (!l->lost)
		l->lost = json_object();
	ok = *student && append(l, record) && json_object_set(l->lost, student, record) == 0;
	json_decref(record);
	return ok;
}

/* Notes the student of every line that is whole, and cuts off what follows the last of them. */
static bool read_lines(struct ledger *l, json_t *students)
{
	int fd = output_open_in(l->folder, lines_name, O_RDONLY, 0);
	FILE *in = fd == -1 ? NULL : fdopen(fd, "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	off_t whole = 0;
	bool ok;

	if (!in)
		return wrong(l, lines_name, errno);
	while ((length = getline(&line, &size, in)) > 0 && line[length - 1] == '\n') {
		json_t *record = json_loadb(line, (size_t)length, JSON_REJECT_DUPLICATES, NULL);
		if (json_is_object(record))
			json_object_set_new(students, record_text(record, "student"), json_true());
		json_decref(record);
		whole += length;
	}
	ok = (!ferror(in) && ftruncate(l->lines, whole) == 0) || wrong(l, lines_name, errno);
	free(line);
	fclose(in);
	return ok;
}

static bool add_missing(struct ledger *l, const char *student, const json_t *students)
{
	char *name = text_shown(student);
	bool known = name && json_object_get(students, name);
	json_t *record = known ? NULL : ledger_read(l, student, NULL);
	l->unread |= !known && !record && errno != ENOENT;
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

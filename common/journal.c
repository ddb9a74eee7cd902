#include "journal.h"

#include "cell.h"
#include "complain.h"
#include "failure.h"
#include "lock.h"
#include "objects.h"
#include "variant.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "ipckit-run."

enum { ROOM = 128 << 10 };

static char path[256];
static int journal = -1;
static bool left_behind;

static const char *temporary_directory(void)
{
	const char *dir = getenv("TMPDIR");

	return dir && dir[0] == '/' && strlen(dir) < sizeof path - sizeof PREFIX "XXXXXX/" ? dir : P_tmpdir;
}

static bool is_object_name(const char *name)
{
	return strncmp(name, OBJECTS_PREFIX, strlen(OBJECTS_PREFIX)) == 0 && !strchr(name + 1, '/');
}

/* It stays, and is not forgotten. */
static void say_left(const char *left, const char *why)
{
	complain("%s: %s; the next run tries again", left, why);
	left_behind = true;
}

static void say_cannot(const char *left, const char *call)
{
	char why[128];

	snprintf(why, sizeof why, "%s: %s", call, strerror(errno));
	say_left(left, why);
}

/* False: it has been said what is left. */
static bool remove_objects(FILE *f, const char *file)
{
	bool gone = true;
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, f) > 0) {
		const char *object, *why = NULL;
		line[strcspn(line, "\n")] = '\0';
		object = is_object_name(line) ? objects_remove(line, &why) : NULL;
		if (object && why)
			say_left(object, why);
		gone &= !why;
	}
	if (!feof(f)) {
		say_cannot(file, "getline");
		gone = false;
	}
	free(line);
	return gone;
}

/*
 * Removes what is written in a file that is locked, and the file only if nothing of that is left. Closes the descriptor,
 * since another one may not be had.
 */
static void clear(int fd, const char *file)
{
	FILE *f = fdopen(fd, "r");

	if (!f || fseek(f, 0, SEEK_SET) == -1)
		say_cannot(file, f ? "fseek" : "fdopen");
	else if (remove_objects(f, file) && unlink(file) == -1 && errno != ENOENT)
		say_cannot(file, "unlink");
	if (f)
		fclose(f);
	else
		close(fd);
}

static bool is_ours(const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_uid == geteuid();
}

/* 1: this process now holds the lock of a file of this user that still has its name. 0: it does not; or -errno. */
static int lock(int fd)
{
	struct stat st;
	int error = lock_at_once(fd);

	if (error)
		return error == -EWOULDBLOCK ? 0 : error;
	return fstat(fd, &st) == -1 ? call_failed("fstat") : is_ours(&st) && st.st_nlink == 1;
}

/* A descriptor, or -1: it is not ours, no longer there, or it has been said that it is left. */
static int open_ours(const char *file)
{
	struct stat st;
	bool found = lstat(file, &st) == 0;
	int fd;

	if (found && !is_ours(&st))
		return -1; /* which may well not be opened */
	fd = found ? open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) : -1;
	if (fd == -1 && errno != ENOENT)
		say_cannot(file, found ? "open" : "lstat");
	return fd;
}

static void sweep(const char *file)
{
	int fd = open_ours(file);
	int locked = fd == -1 ? 0 : lock(fd);

	if (locked < 0)
		say_cannot(file, call_that_failed(-locked, "flock"));
	if (locked > 0)
		clear(fd, file);
	else if (fd != -1)
		close(fd);
}

static void sweep_folder(DIR *dir, const char *name)
{
	char file[sizeof path + NAME_MAX];

	for (struct dirent *e; errno = 0, (e = readdir(dir));)
		if (strncmp(e->d_name, PREFIX, strlen(PREFIX)) == 0) {
			snprintf(file, sizeof file, "%s/%s", name, e->d_name);
			sweep(file);
		}
	if (errno)
		say_cannot(name, "readdir");
}

static void sweep_dead_runs(void)
{
	const char *name = temporary_directory();
	DIR *dir = opendir(name);

	if (dir) {
		sweep_folder(dir, name);
		closedir(dir);
	} else if (cell_is_shortage(errno))
		say_cannot(name, "opendir"); /* anything else keeps a journal from being made as well */
}

/* A limit on the size of files is met by a tmpfs in fallocate(2), by other file systems only by what is written. */
static void say_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur < ROOM)
		complain("journal: only %llu bytes (RLIMIT_FSIZE): cells whose names do not fit are not run",
			 (unsigned long long)limit.rlim_cur);
}

/* Room for the names of a whole matrix: what does not fit later cannot be run. */
static int reserve(void)
{
	int error = 0;

	say_limit();
	if (fallocate(journal, FALLOC_FL_KEEP_SIZE, 0, ROOM) == -1 && errno != EOPNOTSUPP && errno != EFBIG)
		error = call_failed("fallocate");
	if (error)
		journal_close();
	return error;
}

int journal_open(void)
{
	int locked;

	sweep_dead_runs();
	for (;;) {
		snprintf(path, sizeof path, "%s/" PREFIX "XXXXXX", temporary_directory());
		journal = mkostemp(path, O_APPEND | O_CLOEXEC);
		if (journal == -1)
			return call_failed("mkostemp");
		locked = lock(journal);
		if (locked > 0)
			return reserve();
		unlink(path); /* another run took it for dead before it was locked */
		journal_leave();
		if (locked < 0)
			return locked;
	}
}

/* Begins a line of its own, whatever the one before was cut short to. */
int journal_add(const char *name)
{
	char line[LINK_NAME_SIZE + sizeof "\n\n"];
	size_t length = (size_t)snprintf(line, sizeof line, "\n%s\n", name);
	ssize_t written = journal == -1 ? (ssize_t)length : write(journal, line, length);

	if (written == (ssize_t)length)
		return 0;
	if (written >= 0 && write(journal, line + written, length - (size_t)written) != -1)
		errno = EIO; /* it was to say why the first was short; others may have written in between */
	return call_failed("write journal");
}

void journal_leave(void)
{
	if (journal != -1)
		close(journal);
	journal = -1;
}

void journal_close(void)
{
	if (journal != -1)
		clear(journal, path);
	journal = -1;
}

bool journal_left_behind(void)
{
	return left_behind;
}

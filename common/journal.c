#include "journal.h"

#include "objects.h"
#include "variant.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "ipckit-run."

enum { ROOM = 128 << 10 };

static char path[256];
static int journal = -1;

static const char *temporary_directory(void)
{
	const char *dir = getenv("TMPDIR");

	return dir && dir[0] == '/' && strlen(dir) < sizeof path - sizeof PREFIX "XXXXXX/" ? dir : P_tmpdir;
}

static bool is_object_name(const char *name)
{
	return strncmp(name, OBJECTS_PREFIX, strlen(OBJECTS_PREFIX)) == 0 && !strchr(name + 1, '/');
}

static void remove_objects_in(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	FILE *f = copy == -1 ? NULL : fdopen(copy, "r");
	char *line = NULL;
	size_t size = 0;

	if (!f) {
		if (copy != -1)
			close(copy);
		return;
	}
	rewind(f);
	while (getline(&line, &size, f) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (is_object_name(line))
			objects_remove(line);
	}
	free(line);
	fclose(f);
}

/* True when this process now holds the lock of a file that is still there under a name. */
static bool locked(int fd)
{
	struct stat st;

	return flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &st) == 0 && st.st_nlink == 1;
}

static void sweep(int dir, const char *name)
{
	struct stat st;
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd == -1)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() && locked(fd)) {
		remove_objects_in(fd);
		unlinkat(dir, name, 0);
	}
	close(fd);
}

static void sweep_dead_runs(void)
{
	DIR *dir = opendir(temporary_directory());

	if (!dir)
		return;
	for (struct dirent *e; (e = readdir(dir));)
		if (strncmp(e->d_name, PREFIX, strlen(PREFIX)) == 0)
			sweep(dirfd(dir), e->d_name);
	closedir(dir);
}

/*
 * Room for the names of a whole matrix: a name that cannot be written down later would be lost. A limit
 * on the size of files is met by a tmpfs already here, by other file systems only by what is written.
 */
static int reserve(void)
{
	int error = 0;

	if (fallocate(journal, FALLOC_FL_KEEP_SIZE, 0, ROOM) == -1 && errno != EOPNOTSUPP && errno != EFBIG)
		error = call_failed("fallocate");
	if (error)
		journal_close();
	return error;
}

int journal_open(void)
{
	sweep_dead_runs();
	for (;;) {
		snprintf(path, sizeof path, "%s/" PREFIX "XXXXXX", temporary_directory());
		journal = mkostemp(path, O_APPEND | O_CLOEXEC);
		if (journal == -1)
			return call_failed("mkostemp");
		if (locked(journal))
			return reserve();
		unlink(path); /* another run took it for dead before it was locked */
		close(journal);
	}
}

void journal_add(const char *name)
{
	if (journal != -1)
		dprintf(journal, "%s\n", name);
}

void journal_leave(void)
{
	if (journal != -1)
		close(journal);
	journal = -1;
}

void journal_close(void)
{
	if (journal == -1)
		return;
	remove_objects_in(journal);
	unlink(path);
	journal_leave();
}

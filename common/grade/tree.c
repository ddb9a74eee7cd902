#include "grade/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One for each level at most; whoever makes folders as fast as they go is not waited for. */
enum { MOST_ROUNDS = 100000 };

/* What the owner has closed to himself is opened; through /proc, where no link can come in its place. */
static int open_closed(int at, const char *name)
{
	int place = openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), fd = -1;
	char path[40];

	if (place == -1)
		return -1;
	snprintf(path, sizeof path, "/proc/self/fd/%d", place);
	if (chmod(path, S_IRWXU) == 0)
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	close(place);
	return fd;
}

/* One that may be read but not written to could not be emptied either. */
static DIR *open_folder(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir;

	if (fd != -1 && faccessat(fd, ".", W_OK | X_OK, AT_EACCESS) == -1) {
		close(fd);
		fd = -1;
		errno = EACCES;
	}
	if (fd == -1 && errno == EACCES)
		fd = open_closed(at, name);
	dir = fd == -1 ? NULL : fdopendir(fd);
	if (!dir && fd != -1)
		close(fd);
	return dir;
}

static bool remove_one(int at, const char *name)
{
	return unlinkat(at, name, 0) == 0 || unlinkat(at, name, AT_REMOVEDIR) == 0 || errno == ENOENT;
}

/* A folder that is not empty goes up to the top: so two open folders are enough, however deep they are nested. */
static bool lift(int from, const char *name, int top)
{
	static unsigned n;
	char other[32];

	for (unsigned tries = 0; tries < 1000; tries++) {
		snprintf(other, sizeof other, ".lifted.%u", n++);
		if (renameat(from, name, top, other) == 0)
			return true;
		if (errno == EACCES) { /* it is closed, and its ".." would change */
			DIR *dir = open_folder(from, name);
			if (!dir)
				return false;
			closedir(dir);
		} else if (errno != EEXIST && errno != ENOTEMPTY && errno != ENOTDIR) {
			return false;
		}
	}
	return false;
}

/* False: nothing of it could be moved or removed. */
static bool empty(DIR *dir, int top)
{
	bool some = false;

	for (struct dirent *e; (e = readdir(dir));) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		some |= remove_one(dirfd(dir), e->d_name) || lift(dirfd(dir), e->d_name, top);
	}
	return some;
}

/* Empties each folder of the top one into the top one itself. False: nothing has changed. */
static bool flatten(DIR *top)
{
	bool some = false;

	rewinddir(top);
	for (struct dirent *e; (e = readdir(top));) {
		DIR *dir;
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (remove_one(dirfd(top), e->d_name)) {
			some = true;
			continue;
		}
		dir = open_folder(dirfd(top), e->d_name);
		if (!dir)
			continue;
		some |= empty(dir, dirfd(top));
		closedir(dir);
		some |= unlinkat(dirfd(top), e->d_name, AT_REMOVEDIR) == 0;
	}
	return some;
}

bool tree_remove(int at, const char *name)
{
	DIR *top;

	if (remove_one(at, name))
		return true;
	top = open_folder(at, name);
	if (!top)
		return false;
	for (int i = 0; i < MOST_ROUNDS && flatten(top); i++)
		;
	closedir(top);
	return remove_one(at, name);
}

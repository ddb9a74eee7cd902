#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool stat_folder_of(const char *path, struct stat *st)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, (size_t)(slash - path + 1)) : strdup(".");
	bool found = folder && stat(folder, st) == 0;

	free(folder);
	return found;
}

static bool is_shared(const struct stat *folder)
{
	return (folder->st_mode & S_ISVTX) && (folder->st_mode & (S_IWGRP | S_IWOTH));
}

static bool is_trusted(const struct stat *st, const struct stat *folder)
{
	return st->st_uid == geteuid() || st->st_uid == folder->st_uid;
}

int output_open(const char *path)
{
	struct stat folder, st;
	bool shared = stat_folder_of(path, &folder) && is_shared(&folder);
	bool follow = !shared || (lstat(path, &st) == 0 && S_ISLNK(st.st_mode) && is_trusted(&st, &folder));
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW), 0666);

	if (fd == -1 || follow)
		return fd;
	if (fstat(fd, &st) == 0 && (!S_ISREG(st.st_mode) || is_trusted(&st, &folder)))
		return fd;
	close(fd);
	errno = EACCES;
	return -1;
}

/* The entry itself, and not what a link leads to. */
static bool was_planted(const char *path)
{
	struct stat folder, st;

	return stat_folder_of(path, &folder) && is_shared(&folder) && lstat(path, &st) == 0 &&
	       !is_trusted(&st, &folder);
}

int output_folder(const char *path, mode_t mode)
{
	char *entry;
	bool planted;

	if (mkdir(path, mode) == 0)
		return 0;
	if (errno != EEXIST)
		return -1;
	entry = strdup(path);
	if (!entry)
		return -1;
	for (size_t n = strlen(entry); n > 1 && entry[n - 1] == '/'; n--)
		entry[n - 1] = '\0'; /* behind a slash lies what a link leads to */
	planted = was_planted(entry);
	free(entry);
	errno = EACCES;
	return planted ? -1 : 0;
}

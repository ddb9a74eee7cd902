#include "descriptors.h"

#include "attest.h"
#include "evidence.h"
#include "grade/queues.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static DIR *open_list(const struct bout *b, int seat)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/fd", (int)b->seats[seat].pid);
	return opendir(path);
}

unsigned descriptors_open(const struct bout *b, int seat)
{
	DIR *dir = open_list(b, seat);
	unsigned n = 0;

	for (struct dirent *e; dir && (e = readdir(dir));)
		n += e->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return n;
}

/* As confine.c starts it: an empty input, and the outputs of the warden itself. */
static bool was_given(int fd, const struct stat *now, unsigned long line)
{
	struct stat given;

	if (fd == CONNECTION)
		return line != 0 && now->st_ino == line;
	if (fd == STDIN_FILENO)
		return stat("/dev/null", &given) == 0 && S_ISCHR(now->st_mode) && now->st_rdev == given.st_rdev;
	if (fd != STDOUT_FILENO && fd != STDERR_FILENO)
		return false;
	return fstat(fd, &given) == 0 && now->st_dev == given.st_dev && now->st_ino == given.st_ino;
}

static unsigned list(const struct bout *b, int seat, bool inherited, char *first, size_t size)
{
	unsigned long line = attest_far_inode(b->seats[seat].fd);
	DIR *dir = open_list(b, seat);
	unsigned n = 0;

	for (struct dirent *e; dir && (e = readdir(dir));) {
		char target[100] = "";
		struct stat now;
		if (e->d_name[0] == '.' || fstatat(dirfd(dir), e->d_name, &now, 0) == -1 ||
		    was_given(atoi(e->d_name), &now, line) ||
		    (inherited && (descriptor_flags(b->seats[seat].pid, atoi(e->d_name)) & O_CLOEXEC)))
			continue;
		if (n++ == 0 && readlinkat(dirfd(dir), e->d_name, target, sizeof target - 1) > 0)
			snprintf(first, size, "%.10s (%s)", e->d_name, target);
	}
	if (dir)
		closedir(dir);
	return n;
}

/* A message queue that still has a name, and not that of a link. */
static bool is_stray_queue(const struct bout *b, int list, const char *number)
{
	int fd = openat(list, number, O_PATH | O_CLOEXEC);
	char name[sizeof b->names[0] + 1] = "";
	struct stat st;
	bool stray = fd != -1 && queues_hold(fd) && fstat(fd, &st) == 0 && st.st_nlink > 0 &&
		     readlinkat(list, number, name, sizeof name - 1) > 0;

	for (int i = 0; b->ends[i]; i++)
		stray = stray && strcmp(name, b->names[i]) != 0;
	if (fd != -1)
		close(fd);
	return stray;
}

bool descriptors_stray_queue(const struct bout *b, int seat)
{
	DIR *dir = open_list(b, seat);
	bool found = false;

	for (struct dirent *e; dir && !found && (e = readdir(dir));)
		found = e->d_name[0] != '.' && is_stray_queue(b, dirfd(dir), e->d_name);
	if (dir)
		closedir(dir);
	return found;
}

unsigned descriptors_left(const struct bout *b, int seat, char *first, size_t size)
{
	return list(b, seat, false, first, size);
}

unsigned descriptors_inherited(const struct bout *b, int seat, char *first, size_t size)
{
	return list(b, seat, true, first, size);
}

#include "grade/slot.h"

#include "failure.h"
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SLOTS = 4096 };

/* One byte of the file for each number: a lock of the open file, which ends with whoever holds it. */
static int lock_byte(int fd, int n, int command)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = n, .l_len = 1};

	return fcntl(fd, command, &l) == -1 ? call_failed("fcntl") : 0;
}

/* Whoever else could open the file could take all numbers away. */
static const char *objection(int folder)
{
	struct stat st;

	if (fstat(folder, &st) == -1)
		return "cannot be looked at";
	if (st.st_uid != geteuid())
		return "belongs to another user";
	return st.st_mode & (S_IRWXG | S_IRWXO) ? "is open to other users" : NULL;
}

static int open_folder(const char *path, char why[SLOT_WHY])
{
	int error = mkdir(path, S_IRWXU) == -1 && errno != EEXIST ? errno : 0;
	int fd = error ? -1 : open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	const char *wrong;

	if (fd == -1) {
		error = error ? error : errno;
		snprintf(why, SLOT_WHY, "%s: %s", path, strerror(error));
		return -error;
	}
	wrong = objection(fd);
	if (!wrong)
		return fd;
	snprintf(why, SLOT_WHY, "%s %s: remove it", path, wrong);
	close(fd);
	return -EACCES;
}

static int open_file(const char *parent, char why[SLOT_WHY])
{
	char path[96];
	int folder, fd, error;

	snprintf(path, sizeof path, "%s/ipckit-slots-%u", parent, (unsigned)geteuid());
	folder = open_folder(path, why);
	if (folder < 0)
		return folder;
	fd = openat(folder, "locks", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	error = fd == -1 ? -errno : 0;
	if (error)
		snprintf(why, SLOT_WHY, "%s/locks: %s", path, strerror(-error));
	close(folder);
	return error ? error : fd;
}

int slot_take_in(const char *parent, char why[SLOT_WHY])
{
	int fd = open_file(parent, why);

	if (fd < 0)
		return fd;
	for (int n = 0; n < SLOTS; n++) {
		if (lock_byte(fd, n, F_OFD_SETLK) != 0)
			continue;
		lseek(fd, n, SEEK_SET); /* the offset remembers the number */
		return fd;
	}
	close(fd);
	snprintf(why, SLOT_WHY, "no uid is free for this run: %d are in use", SLOTS);
	return -EAGAIN;
}

/*
 * Only root may write to any of these: nobody else can be there before us, as in a folder that all share. Each has numbers of its
 * own: to whom /run is read-only, another run may not see it so.
 */
int slot_take(char why[SLOT_WHY])
{
	static const char *const parents[] = {"/run", "/dev", "/var/lib"};
	int slot = -ENOENT;

	for (size_t i = 0; i < sizeof parents / sizeof parents[0] && slot < 0 && slot != -EAGAIN; i++)
		if ((slot = slot_take_in(parents[i], why)) >= 0)
			lseek(slot, (off_t)(i * SLOTS), SEEK_CUR);
	return slot;
}

/* The byte behind those of the numbers. */
int slot_await_turn(int slot)
{
	return lock_byte(slot, SLOTS, F_OFD_SETLKW);
}

/* The user's own folder, if there is one: nothing is made for it, and nothing stays. */
static int open_own(void)
{
	const char *const folders[] = {getenv("XDG_RUNTIME_DIR"), getenv("HOME")};
	struct stat st;

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
		int fd = folders[i] ? open(folders[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
		if (fd != -1 && fstat(fd, &st) == 0 && st.st_uid == geteuid())
			return fd;
		if (fd != -1)
			close(fd);
	}
	return -ENOENT;
}

int slot_await_turn_of_user(void)
{
	int fd = open_own(), error;

	if (fd < 0)
		return fd;
	error = flock(fd, LOCK_EX) == -1 ? call_failed("flock") : 0;
	if (error)
		close(fd);
	return error ? error : fd;
}

int slot_number(int slot)
{
	return slot < 0 ? 0 : (int)lseek(slot, 0, SEEK_CUR);
}

void slot_give_back(int slot)
{
	if (slot >= 0)
		close(slot);
}

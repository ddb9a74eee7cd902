#include "grade/slot.h"

#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SLOTS = 4096 };

static const char folder[] = P_tmpdir "/ipckit-slots";

/* One byte of the file for each number: a lock of the open file, which ends with whoever holds it. */
static int lock_byte(int fd, int n)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = n, .l_len = 1};

	return fcntl(fd, F_OFD_SETLK, &l) == -1 ? -errno : 0;
}

static int open_file(void)
{
	struct stat st;
	int fd;

	if (mkdir(folder, 0700) == -1 && errno != EEXIST)
		return call_failed("mkdir");
	if (lstat(folder, &st) == -1 || !S_ISDIR(st.st_mode) || st.st_uid != geteuid())
		return -EACCES; /* somebody else's, who could take the numbers away */
	fd = open(P_tmpdir "/ipckit-slots/locks", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	return fd == -1 ? call_failed("open") : fd;
}

int slot_take(void)
{
	int fd = open_file();

	if (fd < 0)
		return fd;
	for (int n = 0; n < SLOTS; n++) {
		if (lock_byte(fd, n) != 0)
			continue;
		lseek(fd, n, SEEK_SET); /* the offset remembers the number */
		return fd;
	}
	close(fd);
	return -EAGAIN;
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

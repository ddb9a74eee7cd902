/*
 * file_lock - a regular file, and record locks on it as the wake-up
 *
 * What:   writing and reading a message are parts 0, 1, 2 … done in turn. Before part n its process locks byte n,
 *         which the other end keeps locked until part n-1 is done; so F_SETLKW sleeps, and the unlock wakes it.
 * Choose: to guard a file that several programs edit. As a channel it only shows that a lock can hand over a turn.
 * Trap:   F_SETLK locks belong to a process and go when it closes any descriptor of the file; F_OFD_SETLK locks
 *         belong to what open() returned, across fork and exec. Both go when the owner dies, its work done or not.
 */
#include "variant.h"

#include "transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

static int file_lock_byte(int fd, int command, short type, uint64_t byte)
{
	struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)byte, .l_len = 1};

	while (fcntl(fd, command, &lock) == -1)
		if (errno != EINTR)
			return call_failed("fcntl");
	return 0;
}

/* Waits for the turn of `end`. The file holds the next part (even: sender's, odd: receiver's), then the message. */
static int file_lock_enter(int fd, enum end end, uint64_t *part)
{
	uint64_t now = 0; /* nothing is read from a new file */

	if (pread(fd, &now, sizeof(now), 0) == -1)
		return call_failed("pread");
	*part = now + (now % 2 != end);
	if (file_lock_byte(fd, F_SETLKW, F_WRLCK, *part) < 0)
		return -errno;
	if (pread(fd, &now, sizeof(now), 0) == -1)
		return call_failed("pread");
	if (now == *part && lseek(fd, sizeof(now), SEEK_SET) == -1)
		return call_failed("lseek");
	if (now == *part) /* lock where the other waits next but one */
		return file_lock_byte(fd, F_OFD_SETLK, F_WRLCK, *part + 3);
	file_lock_byte(fd, F_SETLK, F_UNLCK, *part);
	return now > *part ? file_lock_enter(fd, end, part) : -EPIPE; /* another process had this turn, or nobody */
}

static ssize_t file_lock_leave(int fd, uint64_t part, ssize_t n)
{
	uint64_t next = part + 1;

	if (n >= 0 && pwrite(fd, &next, sizeof(next), 0) == -1)
		n = call_failed("pwrite");
	if (n >= 0 && file_lock_byte(fd, F_OFD_SETLK, F_UNLCK, next) < 0) /* on failure the part remains to be done */
		n = -errno;
	if (file_lock_byte(fd, F_SETLK, F_UNLCK, part) < 0 && n >= 0)
		n = -errno;
	return n;
}

static int file_lock_setup(struct link *l, size_t size)
{
	l->size = size;
	for (int i = 0; i < 2; i++) { /* not dup(): each end needs locks of its own */
		l->fd[i] = open(link_path(l).text, O_RDWR | O_CLOEXEC | (i == 0 ? O_CREAT | O_EXCL : 0), 0600);
		if (l->fd[i] == -1)
			return call_failed("open");
	}
	if (file_lock_byte(l->fd[1], F_OFD_SETLK, F_WRLCK, 1) < 0)
		return -errno;
	return file_lock_byte(l->fd[0], F_OFD_SETLK, F_WRLCK, 2);
}

static int file_lock_attach(struct link *l, enum end end)
{
	int other = end == SENDER ? 0 : 1;

	if (l->fd[other] != -1)
		close(l->fd[other]); /* or its locks would not end with the process at the other end */
	l->fd[other] = -1;
	return 0;
}

static int file_lock_join(struct link *l, enum end end)
{
	struct stat named, kept;
	uint64_t now = 0;
	int i = end == SENDER ? 1 : 0;

	if (stat(link_path(l).text, &named) == 0 && fstat(l->fd[i], &kept) == 0 && kept.st_ino == named.st_ino &&
	    kept.st_dev == named.st_dev)
		return file_lock_attach(l, end); /* kept across exec, with its locks */
	l->fd[!i] = -1;
	l->fd[i] = open(link_path(l).text, O_RDWR | O_CLOEXEC);
	if (l->fd[i] == -1)
		return call_failed("open");
	if (pread(l->fd[i], &now, sizeof(now), 0) == -1)
		return call_failed("pread");
	return file_lock_byte(l->fd[i], F_OFD_SETLKW, F_WRLCK, now + (now % 2 != end) + 1);
}

static ssize_t file_lock_send(struct link *l, const void *buf, size_t len)
{
	uint64_t part = 0;
	ssize_t n = file_lock_enter(l->fd[1], SENDER, &part);
	if (n < 0)
		return n;
	n = ftruncate(l->fd[1], sizeof(part)) == -1 ? call_failed("ftruncate") : write_full(l->fd[1], buf, len);
	return file_lock_leave(l->fd[1], part, n);
}

static ssize_t file_lock_recv(struct link *l, void *buf, size_t cap)
{
	uint64_t part = 0;
	ssize_t n = file_lock_enter(l->fd[0], RECEIVER, &part);
	if (n < 0)
		return n == -EPIPE ? 0 : n;
	return file_lock_leave(l->fd[0], part, read_full(l->fd[0], buf, cap));
}

static void file_lock_teardown(struct link *l)
{
	file_lock_attach(l, SENDER);
	file_lock_attach(l, RECEIVER);
	unlink(link_path(l).text);
}

const struct variant variant_file_lock = {
	.name = "file_lock",
	.title = "regular file with record locks",
	.man = "fcntl(2)",
	.group = FILES,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = file_lock_setup,
	.attach = file_lock_attach,
	.join = file_lock_join,
	.send = file_lock_send,
	.recv = file_lock_recv,
	.teardown = file_lock_teardown,
};

/*
 * level: L6
 *
 * A regular file holds the message, and record locks on it hand over the turn.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct path {
	char text[sizeof(P_tmpdir) + LINK_NAME_SIZE];
};

static ssize_t write_full(int fd, const void *buf, size_t len)
{
	const char *at = buf;
	size_t left = len;

	while (left > 0) {
		ssize_t n = write(fd, at, left);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return call_failed("write");
		at += n;
		left -= (size_t)n;
	}
	return (ssize_t)len;
}

static ssize_t read_full(int fd, void *buf, size_t len)
{
	char *at = buf;
	size_t got = 0;

	while (got < len) {
		ssize_t n = read(fd, at + got, len - got);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return call_failed("read");
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

static struct path link_path(const struct link *l)
{
	struct path path;

	snprintf(path.text, sizeof(path.text), P_tmpdir "%s", l->name);
	return path;
}

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
	if (now == *part && lseek(fd, sizeof(now), SEEK_SET) != -1) /* lock where the other waits next but one */
		return file_lock_byte(fd, F_OFD_SETLK, F_WRLCK, *part + 3);
	file_lock_byte(fd, F_SETLK, F_UNLCK, *part);
	return now > *part ? file_lock_enter(fd, end, part) : -EPIPE; /* another process had this turn, or nobody */
}

static ssize_t file_lock_leave(int fd, uint64_t part, ssize_t n)
{
	uint64_t next = part + 1;

	if (n >= 0 && pwrite(fd, &next, sizeof(next), 0) == -1)
		n = call_failed("pwrite");
	if (n >= 0) /* on failure the part remains to be done */
		file_lock_byte(fd, F_OFD_SETLK, F_UNLCK, next);
	file_lock_byte(fd, F_SETLK, F_UNLCK, part);
	return n;
}

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	for (int i = 0; i < 2; i++) { /* not dup(): each end needs locks of its own */
		l->fd[i] = open(link_path(l).text, O_RDWR | O_CLOEXEC | (i == 0 ? O_CREAT | O_EXCL : 0), 0600);
		if (l->fd[i] == -1)
			return call_failed("open");
	}
	file_lock_byte(l->fd[1], F_OFD_SETLK, F_WRLCK, 1);
	return file_lock_byte(l->fd[0], F_OFD_SETLK, F_WRLCK, 2);
}

static int answer_attach(struct link *l, enum end end)
{
	int other = end == SENDER ? 0 : 1;

	if (l->fd[other] != -1)
		close(l->fd[other]); /* or its locks would not end with the process at the other end */
	l->fd[other] = -1;
	return 0;
}

static int answer_join(struct link *l, enum end end)
{
	struct stat named, kept;
	uint64_t now = 0;
	int i = end == SENDER ? 1 : 0;

	if (stat(link_path(l).text, &named) == 0 && fstat(l->fd[i], &kept) == 0 && kept.st_ino == named.st_ino &&
	    kept.st_dev == named.st_dev)
		return answer_attach(l, end); /* kept across exec, with its locks */
	l->fd[!i] = -1;
	l->fd[i] = open(link_path(l).text, O_RDWR | O_CLOEXEC);
	if (l->fd[i] == -1)
		return call_failed("open");
	if (pread(l->fd[i], &now, sizeof(now), 0) == -1)
		return call_failed("pread");
	return file_lock_byte(l->fd[i], F_OFD_SETLKW, F_WRLCK, now + (now % 2 != end) + 1);
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	uint64_t part = 0;
	ssize_t n = file_lock_enter(l->fd[1], SENDER, &part);
	if (n < 0)
		return n;
	n = ftruncate(l->fd[1], sizeof(part)) == -1 ? call_failed("ftruncate") : write_full(l->fd[1], buf, len);
	return file_lock_leave(l->fd[1], part, n);
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	uint64_t part = 0;
	ssize_t n = file_lock_enter(l->fd[0], RECEIVER, &part);
	if (n < 0)
		return n == -EPIPE ? 0 : n;
	return file_lock_leave(l->fd[0], part, read_full(l->fd[0], buf, cap));
}

static void answer_teardown(struct link *l)
{
	answer_attach(l, SENDER);
	answer_attach(l, RECEIVER);
	unlink(link_path(l).text);
}

const struct variant variant_answer = {
	.name = "file_lock",
	.title = "regular file with record locks",
	.man = "fcntl(2)",
	.group = FILES,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.attach = answer_attach,
	.join = answer_join,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

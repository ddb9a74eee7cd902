#include "attest.h"

#include "../protocol.h"
#include "activity.h"
#include "clock.h"
#include "maps.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

pid_t attest_who(int fd, struct trouble *t)
{
	struct ucred c;
	socklen_t len = sizeof c;
	int result = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &len);

	if (result == -1)
		trouble_set(t, "grader", "getsockopt: %s", strerror(errno));
	return result == -1 ? -1 : c.pid;
}

/* The line of a table of sockets: 0, or its inode if it ends in that name, which may hold anything but a line's end. */
static unsigned long inode_of(const char *line, const char *name)
{
	unsigned long inode = 0;
	int at = 0;

	if (sscanf(line, "%*s %*s %*s %*s %*s %*s %lu %n", &inode, &at) != 1 || at == 0)
		return 0;
	return strcmp(line + at, name) == 0 ? inode : 0;
}

/* Another name can look like a line of its own: what is there twice is not believed. */
unsigned long attest_far_inode(int fd)
{
	struct sockaddr_un a;
	socklen_t len = sizeof a;
	char line[512], name[sizeof a.sun_path + 2];
	unsigned long inode = 0, found;
	unsigned times = 0;
	FILE *f;

	if (getpeername(fd, (struct sockaddr *)&a, &len) == -1 || len <= offsetof(struct sockaddr_un, sun_path) + 1)
		return 0;
	snprintf(name, sizeof name, "@%.*s\n", (int)(len - offsetof(struct sockaddr_un, sun_path) - 1),
		 a.sun_path + 1);
	f = fopen("/proc/net/unix", "re");
	if (!f)
		return 0;
	while (fgets(line, sizeof line, f)) {
		found = inode_of(line, name);
		times += found != 0;
		inode = found ? found : inode;
	}
	fclose(f);
	return times == 1 ? inode : 0;
}

void attest_unseen(struct trouble *t, const char *call)
{
	if (errno == EACCES || errno == EPERM)
		trouble_set(t, "attest", "an end has closed its memory to its own user");
	else
		trouble_set(t, "grader", "%s: %s", call, strerror(errno));
}

static long compare(const pid_t pids[2], int what)
{
	return syscall(SYS_kcmp, pids[0], pids[1], what, 0, 0);
}

/* Where its first stack begins; 0: there is none, or with a trouble. */
static unsigned long stack_of(pid_t pid, struct trouble *t)
{
	FILE *maps = maps_open(pid);
	unsigned long at = 0;
	struct mapping m;

	if (!maps) {
		attest_unseen(t, "open /proc/PID/maps");
		return 0;
	}
	while (maps_next(maps, &m))
		if (m.inode == 0 && strcmp(m.path, "[stack]") == 0)
			at = m.start;
	if (ferror(maps))
		trouble_set(t, "grader", "read /proc/PID/maps: %s", strerror(errno));
	fclose(maps);
	return at;
}

static int open_memory(pid_t pid, struct trouble *t)
{
	char path[64];
	int fd;

	snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
	fd = open(path, O_CLOEXEC | O_RDWR);
	if (fd == -1)
		attest_unseen(t, "open /proc/PID/mem");
	return fd;
}

/* What is not mapped there (EIO) is as good as another mark. */
static unsigned long read_word(int mem, unsigned long at, struct trouble *t)
{
	unsigned long word = 0;

	if (pread(mem, &word, sizeof word, (off_t)at) == -1 && errno != EIO)
		trouble_set(t, "grader", "pread /proc/PID/mem: %s", strerror(errno));
	return word;
}

/* A mark in unused stack of the one is there in the other as well. */
static bool appears(const int mem[2], unsigned long at, struct trouble *t)
{
	unsigned long mark = (unsigned long)clock_now(), old = read_word(mem[1], at, t);

	mark += old == mark;
	if (pwrite(mem[0], &mark, sizeof mark, (off_t)at) != sizeof mark)
		trouble_set(t, "grader", "pwrite /proc/PID/mem: %s", strerror(errno));
	return read_word(mem[1], at, t) == mark;
}

/* Where kcmp(2) is not allowed. A look that failed is no answer, but a trouble. */
static bool one_memory(const pid_t pids[2], struct trouble *t)
{
	const unsigned long at = stack_of(pids[0], t);
	int mem[2] = {open_memory(pids[0], t), open_memory(pids[1], t)};
	bool one = false;

	if (!at)
		trouble_set(t, "attest", "an end has no stack to be told by");
	if (!t->cause[0])
		one = appears(mem, at, t);
	for (int i = 0; i < 2; i++)
		if (mem[i] != -1)
			close(mem[i]);
	return one;
}

static bool read_connection(pid_t pid, char *target, size_t size, struct trouble *t)
{
	char path[64];
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, CONNECTION);
	n = readlink(path, target, size - 1);
	target[n > 0 ? n : 0] = '\0';
	if (n == -1 && errno == ENOENT)
		trouble_set(t, "attest", "an end has no connection where its runner has put it");
	else if (n == -1)
		trouble_set(t, "grader", "readlink /proc/PID/fd: %s", strerror(errno));
	return n > 0;
}

/* Each runner has a connection of its own at the same number. */
static bool one_table(const pid_t pids[2], struct trouble *t)
{
	char target[2][64];

	return read_connection(pids[0], target[0], sizeof target[0], t) &&
	       read_connection(pids[1], target[1], sizeof target[1], t) && strcmp(target[0], target[1]) == 0;
}

static void note_no_kcmp(void)
{
	static bool noted;

	if (!noted)
		say_note("kcmp", "not allowed here");
	noted = true;
}

static bool two_processes(const pid_t pids[2], struct trouble *t)
{
	long memory = compare(pids, KCMP_VM), files = compare(pids, KCMP_FILES);

	if (memory == -1 || files == -1) {
		note_no_kcmp();
		memory = one_memory(pids, t) ? 0 : 1;
		files = one_table(pids, t) ? 0 : 1;
	}
	if (memory == 0)
		trouble_set(t, "attest", "both ends share one address space");
	else if (files == 0)
		trouble_set(t, "attest", "both ends share one descriptor table");
	return !t->cause[0];
}

bool attest(const pid_t pids[2], const int fds[2], pid_t parent, struct trouble *t)
{
	if (pids[0] == pids[1] || attest_who(fds[0], t) != pids[0] || attest_who(fds[1], t) != pids[1]) {
		trouble_set(t, "attest", "the two ends are not two processes");
		return false;
	}
	if (activity_parent(pids[0]) != getpid() || (parent > 0 && activity_parent(pids[1]) != parent)) {
		trouble_set(t, "attest", "another process has taken the place of an end");
		return false;
	}
	return two_processes(pids, t);
}

#include "attest.h"

#include "activity.h"
#include "clock.h"

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

static long compare(const pid_t pids[2], int what)
{
	return syscall(SYS_kcmp, pids[0], pids[1], what, 0, 0);
}

/* Where kcmp(2) is not allowed: a mark in unused stack of the one must not appear in the other. */
static bool one_memory(const pid_t pids[2])
{
	unsigned long at = 0, mark = 0, seen = 0, old = 0;
	char path[64], line[512];
	int fd[2];
	FILE *maps;
	bool one;

	snprintf(path, sizeof path, "/proc/%d/maps", (int)pids[0]);
	maps = fopen(path, "re");
	while (maps && fgets(line, sizeof line, maps))
		if (strstr(line, "[stack]"))
			at = strtoul(line, NULL, 16);
	if (maps)
		fclose(maps);
	for (int i = 1; i >= 0; i--) {
		snprintf(path, sizeof path, "/proc/%d/mem", (int)pids[i]);
		fd[i] = open(path, O_RDWR | O_CLOEXEC);
	}
	mark = (unsigned long)clock_now();
	one = !at || pread(fd[1], &old, sizeof old, (off_t)at) != sizeof old ||
	      pwrite(fd[0], &mark, sizeof mark, (off_t)at) != sizeof mark ||
	      pread(fd[1], &seen, sizeof seen, (off_t)at) != sizeof seen || (seen == mark && old != mark);
	close(fd[0]);
	close(fd[1]);
	return one;
}

static bool two_processes(const pid_t pids[2], struct trouble *t)
{
	long memory = compare(pids, KCMP_VM), files = compare(pids, KCMP_FILES);

	if (memory == -1 || files == -1) {
		static bool noted;
		if (!noted)
			say_note("kcmp", "not allowed here");
		noted = true;
		memory = one_memory(pids) ? 0 : 1;
		files = 1; /* one table would show each connection in both */
	}
	if (memory == 0)
		trouble_set(t, "attest", "both ends share one address space");
	else if (files == 0)
		trouble_set(t, "attest", "both ends share one descriptor table");
	return memory != 0 && files != 0;
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

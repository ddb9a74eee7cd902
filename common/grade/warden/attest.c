#include "attest.h"

#include "activity.h"
#include "clock.h"
#include "family.h"

#include <dirent.h>
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

unsigned long attest_far_inode(int fd)
{
	struct sockaddr_un a;
	socklen_t len = sizeof a;
	char line[512], want[64];
	unsigned long inode = 0;
	FILE *f;

	if (getpeername(fd, (struct sockaddr *)&a, &len) == -1 || len <= offsetof(struct sockaddr_un, sun_path) + 1)
		return 0;
	snprintf(want, sizeof want, " @%.*s\n", (int)(len - offsetof(struct sockaddr_un, sun_path) - 1),
		 a.sun_path + 1);
	f = fopen("/proc/net/unix", "re");
	if (!f)
		return 0;
	while (fgets(line, sizeof line, f)) {
		size_t n = strlen(line), w = strlen(want);
		if (n > w && strcmp(line + n - w, want) == 0)
			sscanf(line, "%*s %*s %*s %*s %*s %*s %lu", &inode);
	}
	fclose(f);
	return inode;
}

static int unread; /* errno of a look at a descriptor that failed; 0 = none */

static unsigned holds(pid_t pid, unsigned long inode)
{
	char path[64], want[48], target[64];
	unsigned found = 0;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
	snprintf(want, sizeof want, "socket:[%lu]", inode);
	dir = opendir(path);
	if (!dir)
		return 0;
	for (struct dirent *e; (e = readdir(dir));) {
		ssize_t n = readlinkat(dirfd(dir), e->d_name, target, sizeof target - 1);
		if (n == -1 && errno != EINVAL && errno != ENOENT)
			unread = errno;
		target[n > 0 ? n : 0] = '\0';
		found += strcmp(target, want) == 0;
	}
	closedir(dir);
	return found;
}

/* A connection from before the fork would be in both, and then nothing needs to travel between them. */
static bool held_by_one(int fd, pid_t pid, struct trouble *t)
{
	unsigned long inode = attest_far_inode(fd);
	pid_t pids[FAMILY_MOST];
	size_t n = family_list(pids);
	unsigned mine = 0, others = 0;

	unread = 0;
	for (size_t i = 0; i < n; i++)
		*(pids[i] == pid ? &mine : &others) += holds(pids[i], inode);
	if (inode && mine == 1 && others == 0)
		return true;
	trouble_set(t, "attest", "the grader's line to one end is not held by that process alone%s%s",
		    unread ? ": readlinkat: " : "", unread ? strerror(unread) : "");
	return false;
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
	return two_processes(pids, t) && held_by_one(fds[0], pids[0], t) && held_by_one(fds[1], pids[1], t);
}

#include "family.h"

#include "activity.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KIN_MOST = 8192 };

static struct kin {
	pid_t pid, parent;
	bool ours;
} all[KIN_MOST];

static size_t read_all(void)
{
	DIR *proc = opendir("/proc");
	size_t n = 0;

	if (!proc)
		return 0;
	for (struct dirent *e; n < KIN_MOST && (e = readdir(proc));) {
		pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);
		pid_t parent = pid > 0 ? activity_parent(pid) : -1;
		if (parent != -1)
			all[n++] = (struct kin){pid, parent, false};
	}
	closedir(proc);
	return n;
}

static bool is_ours(pid_t pid, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (all[i].pid == pid)
			return all[i].ours;
	return pid == getpid();
}

size_t family_list(pid_t pids[FAMILY_MOST])
{
	size_t n = read_all(), found = 0;
	pid_t self = getpid();

	for (bool more = true; more;) {
		more = false;
		for (size_t i = 0; i < n; i++) {
			struct kin *k = &all[i];
			if (k->ours || k->pid == self || (k->parent != self && !is_ours(k->parent, n)))
				continue;
			k->ours = more = true;
			if (found < FAMILY_MOST)
				pids[found++] = k->pid;
		}
	}
	return found;
}

bool family_has(pid_t pid)
{
	pid_t self = getpid();

	while (pid > 0 && pid != self)
		pid = activity_parent(pid);
	return pid == self;
}

static size_t resident(pid_t pid)
{
	unsigned long pages = 0;
	char path[32];
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fscanf(f, "%*u %lu", &pages) != 1)
		pages = 0;
	fclose(f);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* Files without a name that it holds open, as from memfd_create(2): what is in them is in no mapping. */
static size_t held_open(pid_t pid)
{
	size_t blocks = 0;
	struct stat st;
	char path[32];
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	for (struct dirent *e; dir && (e = readdir(dir));)
		if (e->d_name[0] != '.' && fstatat(dirfd(dir), e->d_name, &st, 0) == 0 && S_ISREG(st.st_mode) &&
		    st.st_nlink == 0)
			blocks += (size_t)st.st_blocks;
	if (dir)
		closedir(dir);
	return blocks * 512; /* stat(2) */
}

/* All System V segments, attached or not; in a namespace of our own all of them are the family's. */
static size_t in_segments(void)
{
	FILE *f = getpid() == 1 ? fopen("/proc/sysvipc/shm", "re") : NULL;
	unsigned long long bytes;
	char line[512];
	size_t sum = 0;

	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "%*d %*d %*o %*u %*d %*d %*u %*u %*u %*u %*u %*d %*d %*d %llu", &bytes) == 1)
			sum += (size_t)bytes;
	if (f)
		fclose(f);
	return sum;
}

/* read(2), write(2) and their like; not send(2) and recv(2). */
static unsigned long long bytes_moved(pid_t pid)
{
	unsigned long long in = 0, out = 0;
	char path[32];
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/io", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fscanf(f, "rchar: %llu wchar: %llu", &in, &out) != 2)
		in = out = 0;
	fclose(f);
	return in + out;
}

struct pulse family_pulse(void)
{
	struct pulse p = {.stuck = true, .resident = in_segments()};
	pid_t pids[FAMILY_MOST];
	size_t n = family_list(pids);

	for (size_t i = 0; i < n; i++) {
		struct activity a;
		if (activity_read(pids[i], &a) != 0)
			continue;
		p.who += (unsigned long long)pids[i];
		p.cpu_ns += a.cpu_ns;
		p.ended_ns += a.ended_ns;
		p.runs += a.runs;
		p.resident += resident(pids[i]) + held_open(pids[i]);
		p.stuck &= activity_stuck(&a) || a.state == 'Z';
		p.running |= a.state == 'R';
		p.blocked |= a.state == 'D';
		p.bytes += bytes_moved(pids[i]);
	}
	return p;
}

static unsigned long long thread_sleeps(int tasks, const char *tid)
{
	unsigned long long n = 0;
	char path[280], line[128];
	int fd;
	FILE *f;

	snprintf(path, sizeof path, "%s/status", tid);
	fd = openat(tasks, path, O_RDONLY | O_CLOEXEC);
	f = fd == -1 ? NULL : fdopen(fd, "r");
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "voluntary_ctxt_switches: %llu", &n) == 1)
			break;
	if (f)
		fclose(f);
	else if (fd != -1)
		close(fd);
	return n;
}

unsigned long long process_sleeps(pid_t pid)
{
	unsigned long long n = 0;
	char path[32];
	DIR *tasks;

	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	tasks = opendir(path);
	for (struct dirent *e; tasks && (e = readdir(tasks));)
		if (e->d_name[0] != '.')
			n += thread_sleeps(dirfd(tasks), e->d_name);
	if (tasks)
		closedir(tasks);
	return n;
}

unsigned long long family_sleeps(void)
{
	unsigned long long n = 0;
	pid_t pids[FAMILY_MOST];
	size_t found = family_list(pids);

	for (size_t i = 0; i < found; i++)
		n += process_sleeps(pids[i]);
	return n;
}

static bool reap(void)
{
	pid_t pid;

	do
		pid = waitpid(-1, NULL, WNOHANG);
	while (pid > 0);
	return pid == -1 && errno == ECHILD;
}

/* False: it goes on. */
static bool strike(pid_t pid)
{
	return kill(pid, SIGKILL) == 0 || errno == ESRCH;
}

/* As the first process of a pid namespace we can name all others at once, before one of them can fork again. */
static bool strike_all(void)
{
	pid_t pids[FAMILY_MOST];
	bool all_hit = true;

	if (getpid() == 1)
		return strike(-1);
	for (size_t i = family_list(pids); i > 0; i--)
		all_hit &= strike(pids[i - 1]);
	return all_hit;
}

void family_end(void)
{
	while (!reap())
		if (strike_all())
			waitpid(-1, NULL, 0);
}

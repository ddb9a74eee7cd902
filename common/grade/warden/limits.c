#include "limits.h"

#include "grade/limit.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MIB = 1024 * 1024, TASKS = 48, CPU_S = 4, TASKS_MOST = 1 << 22, PENDING = 1024 };

/* Where the student's processes have the user's uid, RLIMIT_NPROC counts all that the user has: so many above that. */
static rlim_t room = TASKS;

/* The processes and threads of our user, as far as /proc shows them. */
static rlim_t tasks_of_user(void)
{
	DIR *proc = opendir("/proc");
	rlim_t n = 0;

	if (!proc)
		return 0;
	for (struct dirent *e; (e = readdir(proc));) {
		char path[sizeof e->d_name + sizeof "/proc//task"];
		struct stat st;
		snprintf(path, sizeof path, "/proc/%s/task", e->d_name);
		if (strtol(e->d_name, NULL, 10) > 0 && stat(path, &st) == 0 && st.st_uid == geteuid())
			n += st.st_nlink - 2; /* a folder for each thread */
	}
	closedir(proc);
	return n;
}

static bool can_fork(rlim_t most)
{
	struct rlimit before, r;
	pid_t pid;

	if (getrlimit(RLIMIT_NPROC, &before) == -1 || before.rlim_max < most)
		return true; /* as good as it gets */
	r = (struct rlimit){.rlim_cur = most, .rlim_max = before.rlim_max};
	setrlimit(RLIMIT_NPROC, &r);
	pid = fork();
	if (pid == 0)
		_exit(EXIT_SUCCESS);
	setrlimit(RLIMIT_NPROC, &before);
	return pid == -1 ? errno != EAGAIN : waitpid(pid, NULL, 0) == pid;
}

/* The same uid may be in use where our /proc does not look, in another container. */
void limits_prepare(const struct confinement *c)
{
	if (!confine_shares_user(c))
		return;
	while (room < TASKS_MOST && !can_fork(tasks_of_user() + room))
		room *= 2;
}

int limits_set(const struct confinement *c)
{
	const rlim_t tasks = confine_shares_user(c) ? tasks_of_user() + room : TASKS;
	const rlim_t memory = c->sanitizers ? RLIM_INFINITY : 384 * MIB;
	const struct {
		unsigned what;
		rlim_t soft, hard;
	} limits[] = {
		{RLIMIT_CPU, CPU_S, CPU_S + 1}, /* SIGXCPU tells it */
		{RLIMIT_FSIZE, 16 * MIB, 16 * MIB},
		{RLIMIT_CORE, 0, 0},
		{RLIMIT_NOFILE, 256, 256},
		{RLIMIT_MEMLOCK, MIB, MIB},
		{RLIMIT_SIGPENDING, PENDING, PENDING}, /* a user has a budget of them in all namespaces together */
		{RLIMIT_AS, memory, memory},
		{RLIMIT_NPROC, tasks, tasks},
	};
	int error = 0;

	for (size_t i = 0; i < sizeof limits / sizeof limits[0] && !error; i++)
		error = limit_to(limits[i].what, limits[i].soft, limits[i].hard);
	return error;
}

#include "activity.h"

#include "clock.h"
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <unistd.h>

/* "NSpid:" has a number for each pid namespace, from that of /proc to our own (proc_pid_status(5), since Linux 4.1). */
static int look_at_proc(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[256];
	int outer, own, error = 0;

	if (!f)
		return call_failed("open");
	while (fgets(line, sizeof line, f))
		if (sscanf(line, "NSpid: %d %d", &outer, &own) == 2)
			error = -ENOENT;
	if (ferror(f))
		error = call_failed("read");
	fclose(f);
	return error;
}

int activity_possible(void)
{
	static bool known;
	static int error;

	if (!known)
		error = look_at_proc();
	known = error == 0 || error == -ENOENT;
	return error;
}

/* Reads a small file of a process whole, as a string. */
static int read_proc(pid_t pid, const char *file, char *text, size_t size)
{
	char path[64];
	ssize_t got;
	int fd, error = activity_possible();

	if (error)
		return error;
	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return call_failed("open");
	got = read(fd, text, size - 1);
	if (got == -1)
		got = call_failed("read");
	close(fd);
	text[got < 0 ? 0 : got] = '\0';
	return got < 0 ? (int)got : 0;
}

/* The system calls that can sleep for a limited time, and which argument limits it. */
static const struct sleeper {
	long number;
	int argument;
	bool pointer; /* the limit is a pointer to a time, NULL = none; otherwise a number, -1 = none */
} sleepers[] = {
#ifdef SYS_poll
	{SYS_poll, 2, false},
#endif
#ifdef SYS_select
	{SYS_select, 4, true},
#endif
#ifdef SYS__newselect
	{SYS__newselect, 4, true},
#endif
#ifdef SYS_epoll_wait
	{SYS_epoll_wait, 3, false},
#endif
#ifdef SYS_epoll_pwait2
	{SYS_epoll_pwait2, 3, true},
#endif
#ifdef SYS_io_getevents
	{SYS_io_getevents, 4, true},
#endif
#ifdef SYS_futex_waitv
	{SYS_futex_waitv, 3, true},
#endif
#ifdef SYS_futex_wait
	{SYS_futex_wait, 4, true},
#endif
#ifdef SYS_semtimedop
	{SYS_semtimedop, 3, true},
#endif
#ifdef SYS_futex_time64 /* 32-bit machines: the same with a 64-bit time */
	{SYS_ppoll_time64, 2, true},
	{SYS_pselect6_time64, 4, true},
	{SYS_futex_time64, 3, true},
	{SYS_rt_sigtimedwait_time64, 2, true},
	{SYS_mq_timedsend_time64, 4, true},
	{SYS_mq_timedreceive_time64, 4, true},
	{SYS_semtimedop_time64, 3, true},
	{SYS_clock_nanosleep_time64, 2, true},
#endif
	{SYS_ppoll, 2, true},
	{SYS_pselect6, 4, true},
	{SYS_epoll_pwait, 3, false},
	{SYS_futex, 3, true},
	{SYS_rt_sigtimedwait, 2, true},
	{SYS_mq_timedsend, 4, true},
	{SYS_mq_timedreceive, 4, true},
	{SYS_nanosleep, 0, true},
	{SYS_clock_nanosleep, 2, true},
};

static bool parse_call(const char *text, long *number, unsigned long args[6])
{
	return sscanf(text, "%ld %lx %lx %lx %lx %lx %lx", number, &args[0], &args[1], &args[2], &args[3], &args[4],
		      &args[5]) == 7;
}

bool activity_call(pid_t pid, long *number, unsigned long args[6])
{
	char text[256];

	return read_proc(pid, "syscall", text, sizeof text) == 0 && parse_call(text, number, args);
}

static bool is_timed(long number, const unsigned long args[6])
{
	for (size_t i = 0; i < sizeof sleepers / sizeof sleepers[0]; i++)
		if (sleepers[i].number == number)
			return sleepers[i].pointer ? args[sleepers[i].argument] != 0
						   : (int)args[sleepers[i].argument] != -1;
	return false;
}

/* What was asleep a moment ago may have woken up since. What may not be read is no error, but for want of something it is. */
static int look_into_sleep(pid_t pid, struct activity *a)
{
	char text[256];
	int error = read_proc(pid, "syscall", text, sizeof text);
	unsigned long args[6];
	long number;

	if (error)
		return error == -EMFILE || error == -ENFILE || error == -ENOMEM ? error : 0;
	if (strncmp(text, "running", strlen("running")) == 0)
		a->state = 'R';
	else
		a->timed = parse_call(text, &number, args) && is_timed(number, args);
	return 0;
}

/* The fields of /proc/PID/stat after the name, which may hold any character, and its last one. */
static int read_stat(pid_t pid, struct activity *a, int *parent)
{
	const unsigned long long tick = NS_PER_S / (unsigned long long)sysconf(_SC_CLK_TCK);
	unsigned long long user, system, ended_user, ended_system;
	char text[1024];
	const char *rest;
	int error = read_proc(pid, "stat", text, sizeof text);

	if (error)
		return error;
	rest = strrchr(text, ')');
	if (!rest || sscanf(rest, ") %c %d %*d %*d %*d %*d %*u %llu %*u %*u %*u %llu %llu %llu %llu", &a->state,
			    parent, &a->faults, &user, &system, &ended_user, &ended_system) != 7)
		return -EPROTO;
	a->cpu_ns = (user + system) * tick;
	a->ended_ns = (ended_user + ended_system) * tick;
	a->status = (int)strtol(strrchr(rest, ' '), NULL, 10);
	return 0;
}

int activity_read(pid_t pid, struct activity *a)
{
	unsigned long long waited;
	char text[128];
	int parent;
	int error = read_stat(pid, a, &parent);

	if (error)
		return error;
	a->timed = false;
	if (a->state == 'S')
		error = look_into_sleep(pid, a);
	if (error)
		return error;
	a->runs = 0;
	if (read_proc(pid, "schedstat", text, sizeof text) == 0)
		sscanf(text, "%llu %llu %llu", &a->cpu_ns, &waited, &a->runs);
	return 0;
}

bool activity_stuck(const struct activity *a)
{
	return a->state == 'T' || (a->state == 'S' && !a->timed);
}

bool activity_is_busy(void)
{
	FILE *f = fopen("/proc/stat", "re");
	char line[256];
	int running = 0;

	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "procs_running %d", &running) == 1)
			break;
	if (f)
		fclose(f);
	return running > get_nprocs();
}

pid_t activity_parent(pid_t pid)
{
	struct activity a;
	int parent;

	return read_stat(pid, &a, &parent) == 0 ? parent : -1;
}

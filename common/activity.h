/*
 * activity.h - what a process is doing right now, from /proc/PID (proc(5))
 */
#ifndef IPCKIT_ACTIVITY_H
#define IPCKIT_ACTIVITY_H

#include <stdbool.h>
#include <sys/types.h>

struct activity {
	char state;                  /* R running, S asleep, D asleep in the kernel, T stopped, Z ended, … */
	unsigned long long cpu_ns;   /* CPU time used so far */
	unsigned long long ended_ns; /* and that of the children that it has waited for */
	unsigned long long runs;     /* how often it was given a CPU; 0 where the kernel does not count */
	unsigned long long faults;   /* pages that it touched for the first time, or anew after a copy */
	bool timed;                  /* asleep in a system call that ends by itself after a time */
	int status; /* how it has ended, as wait(2) has it; 0 where that may not be read (proc_pid_stat(5)) */
};

/*
 * 0, or -errno where /proc tells nothing of our processes. -ENOENT: there is none, or the one that is mounted belongs to
 * another pid namespace, where our pids are those of other processes.
 */
int activity_possible(void);

/* 0, or -errno where /proc does not tell (-ESRCH: no such process any more; see also activity_possible()). */
int activity_read(pid_t pid, struct activity *a);

/* Nothing but another process can make it move: asleep without a time limit, or stopped. */
bool activity_stuck(const struct activity *a);

/*
 * The system call that it is in, and its arguments, as /proc/PID/syscall has them (proc_pid_syscall(5)). False: it is in
 * none, or that may not be read.
 */
bool activity_call(pid_t pid, long *number, unsigned long args[6]);

/* Parent of a process, or -1. */
pid_t activity_parent(pid_t pid);

/* More processes want to run than there are CPUs (procs_running in proc_stat(5)); false where that is not told. */
bool activity_is_busy(void);

#endif

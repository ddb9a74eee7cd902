/*
 * job.h - processes in the sandbox, several at a time: what they report, and what they print
 */
#ifndef IPCKIT_GRADE_JOB_H
#define IPCKIT_GRADE_JOB_H

#include "grade/sandbox.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct stream {
	int fd; /* -1 = ended */
	char *text;
	size_t len, most; /* what comes after `most` bytes is read and dropped */
	bool cut;
};

struct job {
	pid_t pid;
	struct stream report, output;
	long long deadline; /* ns, CLOCK_MONOTONIC */
	bool started, ended, late;
	int status;
};

/* What to run; in the child. */
struct task {
	const struct sandbox *sandbox;
	void (*exec)(const struct task *t, int report);
	const char *level, *plan, *program, *script;
	int number;
	long long patience; /* ns */
};

/* 0 or -errno. Report and output belong to the job. */
int job_start(struct job *j, const struct task *t);

/* Serves all of them until that one has ended. False: the run was interrupted by a signal. */
bool job_wait(struct job *jobs, size_t n, struct job *until);

/* Ends and frees them. */
void job_end(struct job *jobs, size_t n);

/* Nobody reads its report any more: a warden then ends what it has started and removes what that has made, and itself. */
void job_hang_up(struct job *j);

/* From now on SIGINT, SIGTERM and SIGHUP end a job_wait(); once all is in order, job_obey_signal() ends the process by it. */
void job_heed_signals(void);
void job_obey_signal(void);

#endif

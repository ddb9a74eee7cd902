/*
 * confine.h - how a student's process is started: as whom, with which limits, without which system calls
 */
#ifndef IPCKIT_WARDEN_CONFINE_H
#define IPCKIT_WARDEN_CONFINE_H

#include <stdbool.h>
#include <sys/types.h>

struct confinement {
	uid_t uid;          /* of the student's processes; our own where we may not change it */
	bool own_pids;      /* in a pid namespace of our own */
	bool sanitizers;    /* ASan maps terabytes: no limit of the address space */
	bool apart;         /* none may look at another's /proc/PID/fd, and the like: they have to meet by a name */
	const char *folder; /* where they start */
};

/* The student's processes have our uid, and everybody's pids: what they do to that user's they could do to all of them. */
bool confine_shares_user(const struct confinement *c);

/* Makes the filter of system calls, once. 0 or -errno. */
int confine_prepare(void);

/* Gives up what the warden itself does not need. 0 or -errno. */
int confine_warden(void);

/* In a child of the warden, and again as another user: SIGKILL when the warden ends. False: it has ended. */
bool confine_die_with_warden(void);

/* Before a child is started: nothing has failed yet. */
void confine_expect(void);

/* In a child, before it is another program: what failed, -errno. */
void confine_failed(int error);

/* What has failed in a child before it was another program, an errno, and which call; 0 = nothing. */
int confine_failure(const char **call);

/* In the child, after fork: does not return. */
void confine_exec(const struct confinement *c, const char *program, char **argv) __attribute__((noreturn));

/* In a child: becomes that user, who may remove what the student's processes have made. 0 or -errno. */
int confine_become(uid_t uid);

#endif

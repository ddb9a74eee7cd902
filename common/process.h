/*
 * process.h - making processes that cannot outlive or disturb those who made them
 */
#ifndef IPCKIT_PROCESS_H
#define IPCKIT_PROCESS_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/* All signal dispositions: whoever started the program may have ignored some, and execve(2) keeps that. */
void process_default_signals(void);

/* The signals that end a run early, but for those that whoever started us had us ignore: nohup(1), a job in a script. */
sigset_t process_enders(void);

/*
 * Ends by a signal that was taken, so that a shell sees what ended us; also where it was ignored when we were started. Pid 1
 * of a container ends with the status that a shell would make of it.
 */
void process_end_by(int sig) __attribute__((noreturn));

/* This process gets SIGKILL when `parent` ends; -ESRCH when it has ended already. To be repeated after a uid change. */
int process_die_with(pid_t parent);

/*
 * Makes this process fit to run hooks: a process group of its own, dies with `parent`, nothing blocked or handled,
 * /dev/null on the three standard descriptors, `uid` as its user unless that is 0, no capability; caps_bar() has been
 * called by an ancestor, so there is no way to get one. 0 or -errno.
 */
int process_confine(pid_t parent, uid_t uid);

/*
 * In a case process: two user ids that nobody uses, for experiments with other users; different for runs at the same
 * time. 0 or -errno: -EPERM where this process may not become another user.
 */
int process_spare_uids(uid_t uid[2]);

/* Closes every descriptor but the standard ones and `kept`. */
void process_close_all_but(int kept);

/*
 * New pid, ipc, net and mount namespaces; the pid namespace is for children only, who call process_mount_own(): a /proc,
 * /dev/shm and /tmp of their own. Both 0 or -errno.
 */
int process_unshare(void);
int process_mount_own(void);

/* Like kill(2), also where the process runs as another user. False: no such process, or it may not be killed. */
bool process_kill(pid_t pid, int sig);

/* pidfd_open(2): a descriptor that polls readable once the process has ended, or -errno. */
int process_open(pid_t pid);

/* There is no process of that pid any more, not even a zombie. */
bool process_gone(pid_t pid);

/* waitpid(2), again after a signal. */
pid_t process_wait(pid_t pid, int *status, int options);

/*
 * Kills and reaps every child and adopted orphan of this process, with or without /proc, but for those that it may not
 * kill. Returns how many were reaped.
 */
unsigned process_reap_all(void);

#endif

/*
 * attest.h - the kernel's word for it that two connections are the ends of two processes
 */
#ifndef IPCKIT_WARDEN_ATTEST_H
#define IPCKIT_WARDEN_ATTEST_H

#include "say.h"

#include <sys/types.h>

/*
 * Two address spaces, two descriptor tables, and the right parents. `parent` is what the peer must have been forked from. False:
 * the trouble says what is wrong. Whose each answer is seat.c asks every time.
 */
bool attest(const pid_t pids[2], const int fds[2], pid_t parent, struct trouble *t);

/* Pid of the process that made a connection, or -1: the kernel did not say it. */
pid_t attest_who(int fd, struct trouble *t);

/*
 * That a call of ours, which looks at a process, has just failed (errno). One whose program nobody may read is closed to its own
 * user; that all of them are on some machine the controls tell, which are looked at with the same rights.
 */
void attest_unseen(struct trouble *t, const char *call);

/* Inode of the socket at the other end of a connection, by the name that the runner had the kernel make up. 0 = unknown. */
unsigned long attest_far_inode(int fd);

#endif

/*
 * borrow.h - a descriptor of another process
 */
#ifndef IPCKIT_WARDEN_BORROW_H
#define IPCKIT_WARDEN_BORROW_H

#include <sys/types.h>

/*
 * Our own descriptor of the same open file (pidfd_getfd(2)), which the caller closes; -1: this kernel, or the place, does not
 * let us have it.
 */
int borrow(pid_t pid, int fd);

#endif

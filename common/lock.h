/*
 * lock.h - flock(2): whoever lives holds one, and what is not held may be swept
 */
#ifndef IPCKIT_LOCK_H
#define IPCKIT_LOCK_H

/* An exclusive lock without waiting. 0 or -errno; -EWOULDBLOCK: somebody else holds it. */
int lock_at_once(int fd);

#endif

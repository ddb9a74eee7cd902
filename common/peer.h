/*
 * peer.h - the process at the other end: one message to it, memory that it finds by name, and whether it still lives
 */
#ifndef IPCKIT_PEER_H
#define IPCKIT_PEER_H

#include "variant.h"

#include <semaphore.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

/*
 * One datagram over a socket, which may be empty. EINTR is handled; a receiver that is gone is an error and never a
 * signal. What does not fit into cap is lost, as the kernel does it. Both return the bytes or -errno.
 */
ssize_t send_message(int fd, const void *buf, size_t len);
ssize_t recv_message(int fd, void *buf, size_t cap);

/*
 * Memory at both ends of a link: the shared memory object l->name holds first `before` bytes for the row itself, then
 * the payload, which becomes l->mem and l->size. All return 0 or -errno.
 *
 * peer_map    makes the object (O_EXCL, 0600, zeroed); a full /dev/shm is ENOSPC here and not a SIGBUS later.
 * peer_join   opens the object by name, with l->size as it was made, and watches the other end as far as possible.
 * peer_unmap  undoes peer_map() and peer_watch(): mapping, name and descriptor. Survives half of them.
 */
int peer_map(struct link *l, size_t before, size_t size);
int peer_join(struct link *l, enum end end, size_t before);
void peer_unmap(struct link *l, size_t before);

/*
 * An attach hook: opens a pidfd of l->peer into l->fd[1], which is free in rows without descriptors. A peer of 0 is
 * not watched. Always 0: a peer that is gone already may have left a message.
 */
int peer_watch(struct link *l, enum end end);

/*
 * True once the watched process has exited, also while it is a zombie, which kill(pid, 0) takes for alive. Where
 * neither pidfds are allowed nor /proc is there, a zombie counts as alive here too.
 */
bool peer_gone(const struct link *l);

/*
 * Memory does not tell that the other side has died, so whoever sleeps on it looks from time to time: how long to
 * sleep at most, and the same as a point of CLOCK_MONOTONIC, counted from now.
 */
struct timespec peer_patience(void);
struct timespec peer_deadline(void);

#ifndef __GLIBC__
/* As in glibc; musl has only sem_timedwait(3), so there a step of CLOCK_REALTIME makes one wait shorter or longer. */
int sem_clockwait(sem_t *s, clockid_t clock, const struct timespec *until);
#endif

#endif

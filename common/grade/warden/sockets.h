/*
 * sockets.h - which kinds of sockets a process holds
 */
#ifndef IPCKIT_WARDEN_SOCKETS_H
#define IPCKIT_WARDEN_SOCKETS_H

#include <stdbool.h>
#include <sys/types.h>

/* Datagrams or sequenced packets, and all others; to be or-ed. */
enum { SOCKETS_OF_MESSAGES = 1, SOCKETS_OTHER = 2 };

/* Of our own descriptor. */
bool socket_keeps_boundaries(int fd);

/* Of the socket with that inode, which a process has open as fd. */
bool socket_of_messages(pid_t pid, int fd, unsigned long inode);

/* Inode of the other end of `line`, if that process has it open as fd; 0: it has something else there. */
unsigned long socket_far_end(pid_t pid, int fd, int line);

/* Without those at the other end of `lines`, which are the warden's own. */
unsigned sockets_of(pid_t pid, const int lines[2]);

#endif

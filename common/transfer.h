/*
 * transfer.h - whole transfers over descriptors (short counts and EINTR are handled here and nowhere else), and a path
 */
#ifndef IPCKIT_TRANSFER_H
#define IPCKIT_TRANSFER_H

#include "variant.h"

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/* Writes all of buf. Returns len or -errno. The caller decides about SIGPIPE. */
ssize_t write_full(int fd, const void *buf, size_t len);

/* The same to a connected socket; a receiver that is gone is -EPIPE and never a signal. */
ssize_t send_full(int fd, const void *buf, size_t len);

/* Reads until buf is full or the stream has ended. Returns the bytes read (0 = end of the stream) or -errno. */
ssize_t read_full(int fd, void *buf, size_t len);

/* Where the row's own file is: l->name in the temporary folder. */
struct path {
	char text[sizeof(P_tmpdir) + LINK_NAME_SIZE];
};

struct path link_path(const struct link *l);

#endif

/*
 * message.h - random messages, and what a receiver held instead
 */
#ifndef IPCKIT_MESSAGE_H
#define IPCKIT_MESSAGE_H

#include "cell.h"

#include <stddef.h>

/*
 * Fills buf with random bytes, none of which is 0 or equals the byte of `before` at its place: nothing is decided by
 * chance. `before` may be NULL. Returns 0 or -errno.
 */
int message_make(unsigned char *buf, const unsigned char *before, size_t len);

/* What `seen` is: `sent`, the bytes from `before` the fork, zeros, or none of these. `before` may be NULL. */
enum saw message_judge(const unsigned char *seen, const unsigned char *sent, const unsigned char *before, size_t len);

#endif

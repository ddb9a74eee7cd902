/*
 * random.h - the bytes of all messages of a run, from one key
 *
 * The key comes from the kernel and is told only when no student's process is left; with it a run can be done again.
 * Nobody who has seen some of the bytes can tell the next: it is the key stream of ChaCha20 (RFC 8439).
 */
#ifndef IPCKIT_WARDEN_RANDOM_H
#define IPCKIT_WARDEN_RANDOM_H

#include <stdbool.h>
#include <stddef.h>

enum { RANDOM_KEY = 16 }; /* bytes */

/* Takes a fresh key. False: the kernel gives none. */
bool random_begin(void);

void random_fill(void *buf, size_t len);

/* The key in hexadecimal digits. */
void random_tell(char text[2 * RANDOM_KEY + 1]);

#endif

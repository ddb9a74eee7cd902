/*
 * objects.h - the things with a name that a row can leave behind: files, POSIX shared memory, queues and
 * semaphores, System V objects
 */
#ifndef IPCKIT_OBJECTS_H
#define IPCKIT_OBJECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* How every rendezvous name of the harness begins. */
#define OBJECTS_PREFIX "/ipckit."

/* Makes a fresh rendezvous name, OBJECTS_PREFIX and 128 random bits, for link.name. 0 or -errno. */
int objects_name(char *name, size_t size);

/*
 * Removes whatever exists under that name. Returns what there was ("/dev/shm/ipckit.…"; the last of it), or NULL for
 * nothing. *why, where asked for: the call and its error, of what could not be removed, which is then what is returned;
 * or NULL.
 */
const char *objects_remove(const char *name, const char **why);

#endif

/*
 * evidence.h - where a message is while it is on its way: found by looking into the kernel's objects from outside
 */
#ifndef IPCKIT_WARDEN_EVIDENCE_H
#define IPCKIT_WARDEN_EVIDENCE_H

#include "../levels.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct sighting {
	bool shared, posix, pipe, message, other; /* which kinds of object held it or connected the two */
	char text[160];                           /* "it lay in shared memory that both have mapped (/dev/shm/…)" */
};

struct ends {
	pid_t sender, receiver;
	int lines[2]; /* the warden's connections, which do not count */
};

/* Adds what is seen now. */
void evidence_look(struct sighting *s, const struct ends *e, const void *message, size_t len);

/* O_… of a descriptor, or -1. */
int descriptor_flags(pid_t pid, int fd);

/* What this descriptor of a pipe writes are packets: O_DIRECT is of this end, and not of the one that reads. */
bool writes_packets(pid_t pid, int fd);

/* What was seen is what the level asks. */
bool evidence_meets(const struct sighting *s, enum mechanism asked);

#endif

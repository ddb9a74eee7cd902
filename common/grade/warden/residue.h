/*
 * residue.h - what an answer has left behind under a name
 */
#ifndef IPCKIT_WARDEN_RESIDUE_H
#define IPCKIT_WARDEN_RESIDUE_H

#include "variant.h"

#include <stdbool.h>
#include <sys/types.h>

struct residue {
	unsigned count;
	char what[160]; /* the first one: "/dev/shm/box" */
};

/* Remembers what was there before. `private` = whatever is there is the answer's; otherwise only what is that user's. */
void residue_begin(bool private, uid_t uid);

/*
 * What is there now. With names, what carries one of them does not count: whoever made the name can find and remove
 * it. Two names at most, NULL = everything counts.
 */
struct residue residue_look(char (*names)[LINK_NAME_SIZE]);

/* Removes all of it, as that user. */
void residue_clear(void);

#endif

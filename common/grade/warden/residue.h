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

/* What is taken for the answer's own. */
enum residue_whose {
	RESIDUE_ALL,   /* whatever is there: nobody else is in these namespaces */
	RESIDUE_USER,  /* what belongs to a user who does nothing else */
	RESIDUE_NAMED, /* what carries the name of a link: the user does other things too */
};

/* Remembers what was there before, but for what belongs to a user who does nothing else: that goes. `queues_at`: the folder that lists the message queues; NULL = none does. */
void residue_begin(enum residue_whose what, uid_t uid, const char *queues_at);

/* False: of the queues only those under the name of a link are found. */
bool residue_lists_queues(void);

/* Names of links that exist from now on. */
void residue_know(char (*names)[LINK_NAME_SIZE]);

/*
 * What is there now. With names, what carries one of them does not count: whoever made the name can find and remove
 * it. Two names at most, NULL = everything counts.
 */
struct residue residue_look(char (*names)[LINK_NAME_SIZE]);

/* Removes all of it, as that user. What stays ends the grading: say.h. */
void residue_clear(void);

#endif

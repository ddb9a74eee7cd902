/*
 * fence.h - which files a process without namespaces may reach: not the kit's answers, by landlock(7)
 */
#ifndef IPCKIT_GRADE_FENCE_H
#define IPCKIT_GRADE_FENCE_H

#include "grade/parts.h"

#include <stdbool.h>

struct fence {
	const struct parts *parts; /* where the kit lies, which is left out of what may be read */
	const char *program;       /* one that may be read and run wherever it lies; NULL: none */
	const char *const
		*read; /* up to NULL: folders and files that may be read and run; what is not there is left out */
	const char *const *write; /* up to NULL: those in which all may be done but to run a program */
	bool queues;              /* message queues may be opened as well */
	const char *queues_at;    /* the folder that lists them; NULL: none does, and then all files may be read */
};

/* Whether this kernel has it, as warden/domain.c needs it, too. */
bool fence_possible(void);

/* For this process and all that it will start, for ever. 0 or -errno. */
int fence_shut(const struct fence *f);

/* Whether, with queues that have a folder, what lies below that folder is out of reach for good: the kit itself does not. */
bool fence_hides_kit(const struct parts *p, const char *shared);

#endif

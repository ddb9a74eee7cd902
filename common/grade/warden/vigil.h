/*
 * vigil.h - whether the processes of a case still move
 */
#ifndef IPCKIT_WARDEN_VIGIL_H
#define IPCKIT_WARDEN_VIGIL_H

#include "family.h"

/* When something that was to be done is given up. */
enum { DOZE_MS = 1400, LIVELY_PER_S = 100, SPIN_MS = 1000, BUSY_MS = 2500, LATE_MS = 8000, MOST_RESIDENT_MIB = 640 };

enum { STEP_MS = 100 }; /* more between two looks is not the answer's time: the warden itself was not run */

enum fate {
	MOVING,
	STUCK,    /* all asleep until somebody wakes them, and nobody will */
	DOZING,   /* for DOZE_MS, and half of the time or more, nobody was seen with a CPU */
	SPINNING, /* they have used SPIN_MS of CPU time while no bytes moved, or children ended; or BUSY_MS of it */
	GREEDY,   /* more than MOST_RESIDENT_MIB of memory */
	SLOW,     /* none of it, and LATE_MS are over */
	STARVED,  /* the same, and for most of that time they waited for a CPU */
};

struct vigil {
	bool both;                 /* two work together: if they wake up often enough, they may get on, if slowly */
	unsigned long long sleeps; /* of the family, at the start */
	long long looked;          /* at, ns */
	long long watched;         /* ns so far, and of these: */
	long long quiet,
		asleep; /* for how long now nothing has moved; in which nobody was seen with a CPU, or without */
	long long cpu;  /* ns of CPU time, that of children that have ended with it */
	long long spun; /* and of it, in steps in which no bytes moved */
	struct pulse last;
};

void vigil_begin(struct vigil *v, bool both);

/* ns that were spent asleep or on a CPU, and not waiting for one that others have. */
long long vigil_cost(const struct vigil *v);

/* To be asked some 50 times a second. */
enum fate vigil_look(struct vigil *v);

#endif

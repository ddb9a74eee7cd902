/*
 * vigil.h - whether the processes of a case still move
 */
#ifndef IPCKIT_WARDEN_VIGIL_H
#define IPCKIT_WARDEN_VIGIL_H

#include "family.h"

/* When something that was to be done is given up. */
enum { DOZE_MS = 1400, SPIN_MS = 1000, LATE_MS = 8000, MOST_RESIDENT_MIB = 640 };

enum fate {
	MOVING,
	STUCK,    /* all asleep until somebody wakes them, and nobody will */
	DOZING,   /* nobody was seen with a CPU for DOZE_MS */
	SPINNING, /* they have used SPIN_MS of CPU time */
	GREEDY,   /* more than MOST_RESIDENT_MIB of memory */
	LATE,     /* none of it, and LATE_MS are over */
};

struct vigil {
	long long start, quiet; /* ns; quiet = since when nothing has moved, 0 = something does */
	long long asleep;       /* since when nobody was seen with a CPU */
	struct pulse first, last;
};

void vigil_begin(struct vigil *v);

/* To be asked some 50 times a second. */
enum fate vigil_look(struct vigil *v);

#endif

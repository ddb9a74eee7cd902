/*
 * vigil.h - whether the processes of a case still move
 */
#ifndef IPCKIT_WARDEN_VIGIL_H
#define IPCKIT_WARDEN_VIGIL_H

#include "family.h"

/* When something that was to be done is given up. */
enum { DOZE_MS = 1400, LIVELY_PER_S = 100, SPIN_MS = 1000, LATE_MS = 8000, MOST_RESIDENT_MIB = 640 };

enum fate {
	MOVING,
	STUCK,    /* all asleep until somebody wakes them, and nobody will */
	DOZING,   /* for DOZE_MS, and half of the time or more, nobody was seen with a CPU */
	SPINNING, /* they have used SPIN_MS of CPU time */
	GREEDY,   /* more than MOST_RESIDENT_MIB of memory */
	LATE,     /* none of it, and LATE_MS are over */
};

struct vigil {
	long long start, quiet;    /* ns; quiet = since when nothing has moved, 0 = something does */
	bool both;                 /* two work together: if they wake up often enough, they may get on, if slowly */
	unsigned long long sleeps; /* of the family, at the start */
	long long looked, asleep;  /* ns; asleep = how long in all nobody was seen with a CPU, or waiting for one */
	struct pulse first, last;
};

void vigil_begin(struct vigil *v, bool both);

/* ns that were spent asleep or on a CPU, and not waiting for one that others have. */
long long vigil_cost(const struct vigil *v);

/* To be asked some 50 times a second. */
enum fate vigil_look(struct vigil *v);

#endif

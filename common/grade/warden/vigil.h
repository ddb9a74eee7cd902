/*
 * vigil.h - whether the processes of a case still move
 */
#ifndef IPCKIT_WARDEN_VIGIL_H
#define IPCKIT_WARDEN_VIGIL_H

#include "family.h"

enum fate {
	MOVING,
	STUCK,    /* all asleep until somebody wakes them, and nobody will */
	DOZING,   /* they wake by the clock, look, and find nothing */
	SPINNING, /* they use the CPU and get nowhere */
	GREEDY,   /* too much memory */
	LATE,     /* the last resort */
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

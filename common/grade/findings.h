/*
 * findings.h - what a warden has reported
 */
#ifndef IPCKIT_GRADE_FINDINGS_H
#define IPCKIT_GRADE_FINDINGS_H

#include "grade/levels.h"

enum finding_status { NOT_LOOKED, FOUND_GOOD, FOUND_PARTLY, FOUND_BAD, FOUND_NOTHING };

struct finding {
	enum finding_status status;
	char cause[16];
	char text[240];
};

struct findings {
	struct finding items[ITEMS];
	bool ended;       /* the warden came to its end */
	char seed[40];    /* key of all random messages */
	char kcmp[64];    /* "" = kcmp(2) was allowed */
	char grader[240]; /* why nothing of this can be believed; "" = nothing is known against it */
};

/* Reads the lines of a report. */
void findings_read(struct findings *f, const char *report);

void finding_set(struct finding *f, enum finding_status status, const char *cause, const char *text);

#endif

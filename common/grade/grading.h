/*
 * grading.h - the state of one grading run, for those who make its record
 */
#ifndef IPCKIT_GRADE_GRADING_H
#define IPCKIT_GRADE_GRADING_H

#include "grade/findings.h"
#include "grade/grade.h"
#include "grade/job.h"

/* Jobs: two builds, the full run and that under sanitizers, two controls. */
enum { BUILD, BUILD_TWO, RUN, RUN_TWO, REFERENCE, MALLOC, JOBS };

/* One grading run. */
struct grading {
	const struct grade_request *request;
	const struct level *level;
	struct parts parts;
	struct work work;
	struct sandbox sandbox;
	struct job jobs[JOBS];
	struct findings findings;
	bool prepared; /* there is a sandbox, and it is known what it holds */
	bool has_reference;
	bool too_large; /* what was handed in: it is not read */
	bool pointless; /* no message arrives: the run with sanitizers tells nothing more */
	struct {
		bool passed;
		char detail[240];
	} reference, malloc;
	char error[240]; /* why there is no grade; "" = there is one */
	long long start;
};

/* The canonical record of it. */
json_t *grading_record(struct grading *g);

#endif

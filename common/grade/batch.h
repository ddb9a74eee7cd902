/*
 * batch.h - grades a class: a process of its own for each submission
 */
#ifndef IPCKIT_GRADE_BATCH_H
#define IPCKIT_GRADE_BATCH_H

struct batch {
	const char *folder;    /* what was handed in: see submissions.h */
	const char *out;       /* where the results go: see ledger.h */
	const char *level;     /* "L1" … */
	const char *attempt;   /* a number, or NULL */
	const char *isolation; /* for every submission, or NULL */
	const char *program;   /* what grades one of them: "/proc/self/exe" */
	unsigned jobs;         /* at once; 0 = as many as there are CPUs for this process */
	unsigned patience;     /* s that one submission may take; it is a last resort */
};

enum { BATCH_PATIENCE = 300 };

/*
 * Grades what has no result yet, one that was begun before its file changed, or one of another level, attempt, isolation
 * or version of this program; a grader error is no result. Then writes class.csv and prints what failed most. What a
 * grader says on stderr is passed on. SIGINT, SIGTERM and SIGHUP end it early, in a state that the same call goes on from;
 * this process then dies of that signal.
 *
 * Returns the exit status: 0 all have a grade, 1 some have none or a grader had something to say, 2 wrong usage, 77 none
 * has one.
 */
int grade_batch(const struct batch *b);

#endif

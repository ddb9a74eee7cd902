/*
 * watch.h - how the case process follows its two ends, and tells a slow one from one that hangs
 */
#ifndef IPCKIT_WATCH_H
#define IPCKIT_WATCH_H

#include "trial.h"

/*
 * Sleeps until something happens, for a short while at most, and looks at the ends. Sets t->watch.over when there is
 * nothing more to wait for; if that is a hang or an interruption, the cell says so.
 */
void watch_once(struct trial *t);

enum rest {
	STEPPED,  /* the step was reached */
	RESTING,  /* it sleeps in a hook, and nothing wakes it */
	SPINNING, /* it uses the CPU in a hook */
	LOST,     /* the trial is over */
};

/*
 * Follows one process until a step is reached or it has not moved, in a hook, for `still_ms`, and none of the others has,
 * who might be about to wake it. After some ten times that it counts as resting whatever they do, and also when it
 * looks up now and then, by a timed wait.
 */
enum rest watch_rest(struct trial *t, int seat, uint32_t step, int still_ms);

/* The same of a process at work: one that uses the CPU is SPINNING only where that note has not changed meanwhile. */
enum rest watch_progress(struct trial *t, int seat, uint32_t step, int still_ms, int note);

/* To be called once in a case process: SIGTERM then ends the trial in an orderly way. */
void watch_for_termination(void);

#endif

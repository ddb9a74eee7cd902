/*
 * say.h - the warden's report: one line for each thing that it found out
 *
 * ITEM <tab> passed|failed|not_checkable <tab> CAUSE <tab> TEXT. Nobody but the warden holds the descriptor.
 */
#ifndef IPCKIT_WARDEN_SAY_H
#define IPCKIT_WARDEN_SAY_H

#include "../levels.h"

#include <stdbool.h>

enum verdict { PASSED, FAILED_IT, NOT_CHECKABLE };

/* What went wrong; no cause = nothing did. */
struct trouble {
	char cause[16]; /* one of a few words, that a hint is chosen by */
	char text[200];
};

void say_open(int fd);

/* False: the grader is gone. */
bool say_is_heard(void);

void trouble_set(struct trouble *t, const char *cause, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The first verdict on an item stays. */
void say(enum item item, enum verdict verdict, const char *cause, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Failed for that trouble, or passed with that text where there is none. */
void say_judged(enum item item, const struct trouble *t, const char *text);

/* A fact about the grading itself: "kcmp=no". */
void say_note(const char *key, const char *value);

#endif

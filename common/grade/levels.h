/*
 * levels.h - what each level of the exercise asks, and the items of the rubric
 */
#ifndef IPCKIT_GRADE_LEVELS_H
#define IPCKIT_GRADE_LEVELS_H

#include <stdbool.h>
#include <stddef.h>

enum item {
	ITEM_BUILD,
	ITEM_PARENT_TO_CHILD,
	ITEM_CHILD_TO_PARENT,
	ITEM_MECHANISM,
	ITEM_RECEIVER_FIRST,
	ITEM_SENDER_FIRST,
	ITEM_LARGEST,
	ITEM_SMALL,
	ITEM_MANY,
	ITEM_END_OF_STREAM,
	ITEM_SENDER_KILLED,
	ITEM_RECEIVER_KILLED,
	ITEM_SIGNALS,
	ITEM_SLEEPS,
	ITEM_CLEAN_EXIT,
	ITEM_CLEAN_KILL,
	ITEM_NO_LEAK,
	ITEM_SANITIZERS,
	ITEMS,
};

struct item_info {
	const char *id;
	const char *title;
	const char *group; /* build, delivery, robustness, tidiness */
	unsigned points;   /* of 100, before a level drops some items */
};

extern const struct item_info item_infos[ITEMS];

/* ITEMS for a name that is none. */
enum item item_find(const char *id);

/* How bytes travel, as far as it decides what a receiver may expect. */
enum traffic {
	TURNS,    /* plain memory: nobody is told, so the warden says whose turn it is */
	BYTES,    /* recv() sleeps until it has what it asks for; no boundaries */
	MESSAGES, /* recv() sleeps, and returns exactly one message */
};

/* The mechanism that a level asks for. */
enum mechanism {
	ANY_SHARED_MEMORY,
	ANY_PIPE,
	POSIX_SHARED_MEMORY,
	ANY_MESSAGES,
	WAKING_SHARED_MEMORY,
	ANY_RENDEZVOUS,
};

struct level {
	const char *name;
	const char *task; /* a few words */
	enum traffic traffic;
	enum mechanism mechanism;
	size_t largest;     /* bytes of the largest message that it has to carry */
	bool strangers;     /* the peer is not forked from the owner, and joins */
	unsigned dropped;   /* items that its mechanism cannot do: 1 << ITEM_…, or-ed */
	const char *sample; /* the reference row of the control */
	const char *pages;  /* where to read about its mechanism */
};

extern const struct level levels[];
extern const size_t levels_count;

/* NULL for a name that is none of L1 … L6. */
const struct level *level_find(const char *name);

bool level_asks(const struct level *l, enum item item);

#endif

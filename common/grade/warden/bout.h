/*
 * bout.h - one case: two processes with the answer in them, and what they are told to do
 */
#ifndef IPCKIT_WARDEN_BOUT_H
#define IPCKIT_WARDEN_BOUT_H

#include "confine.h"
#include "say.h"
#include "seat.h"

enum { PATIENCE_MS = 1500, QUIET_MS = 100 };

enum { OWNER, PEER, BOTH }; /* seats; the owner has called setup() */

struct warden {
	const struct level *level;
	const char *program;     /* the runner with the answer */
	const char *socket_path; /* where it connects */
	int listener;
	struct confinement confinement;
	bool guards; /* guard.h works here */
};

struct bout {
	const struct warden *warden;
	struct seat seats[2];
	char ends[MOST_LINKS + 1]; /* for each link: the owner s-ends or r-eceives */
	char size[24];             /* bytes, for the command line */
	char names[MOST_LINKS][LINK_NAME_SIZE];
	struct trouble trouble; /* the first thing that went wrong */
	int status;             /* of the owner, once it was reaped */
	bool reaped;
	bool guarded; /* to be set before bout_open(), for one case */
};

int bout_prepare(struct bout *b, const struct warden *w);

/*
 * Starts the processes, attests them and attaches every link. False: b->trouble says why not. In every case
 * bout_close() has to follow.
 */
bool bout_open(struct bout *b, const char *ends, size_t size);

/* Ends its processes; what they have made stays until bout_close(). */
void bout_end(struct bout *b);

/* Ends it, and removes what it has left: all cases together would use up what an answer may make. */
void bout_close(struct bout *b);

void bout_order(struct bout *b, int seat, enum order_kind what, uint32_t link);

/* Waits until that seat, or BOTH, have obeyed. False: b->trouble says why not. */
bool bout_await(struct bout *b, int seat);

/* The same of one seat, and the other, which has an order too, must not end before. */
bool bout_await_beside(struct bout *b, int seat);

/* What this end says cannot be heard, for a call of our own that failed: the grader's trouble, and no fault of the answer. */
bool bout_deaf(struct bout *b, int seat);

/* Waits until the seat has obeyed or nothing moves any more, at least and at most so many ns. */
void bout_settle(struct bout *b, long long least, long long most);

/*
 * Waits until the seat has obeyed, or it and all others sleep until somebody else wakes them. False: neither within
 * PATIENCE_MS.
 */
bool bout_await_rest(struct bout *b, int seat);

/* Waits until the seat has obeyed, or all sleep (perhaps only for a while), at most QUIET_MS. Returns whether it has. */
bool bout_await_quiet(struct bout *b, int seat);

/* Kills a process of the case, and waits until it is dead. */
void bout_kill(struct bout *b, int seat);

/* The owner is dead: its status is then known. */
bool bout_owner_ended(struct bout *b);

/* Waits until it has ended by itself. */
bool bout_await_end(struct bout *b, int seat);

/* Both are still what they were when the case began. */
bool bout_attest(struct bout *b);

/* "parent", "child", … */
const char *bout_who(const struct bout *b, int seat);

/* Who sends on a link, and who receives. */
int bout_sender(const struct bout *b, uint32_t link);
int bout_receiver(const struct bout *b, uint32_t link);

/*
 * So much was spent on hangs, or the same was met so often, that nothing that can hang may be tried any more: why, or
 * NULL.
 */
const char *bout_tired(void);

#endif

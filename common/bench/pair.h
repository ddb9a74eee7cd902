/*
 * pair.h - the two processes of a lane: they set the row up, and then carry out orders until they are told to leave
 *
 *   bench                          never runs a hook
 *     └─ keeper                    waits
 *          └─ owner  (SENDER)      setup(), attach(), send there, receive the answers, teardown()
 *               └─ peer (RECEIVER) attach(), receive, answer
 */
#ifndef IPCKIT_BENCH_PAIR_H
#define IPCKIT_BENCH_PAIR_H

#include "bench/control.h"
#include "bench/cpus.h"
#include "bench/handover.h"
#include "bench/limits.h"

enum { THERE, BACK, WAYS };

struct pair {
	const struct variant *variant; /* NULL = the limits of the machine */
	enum extra extra;
	size_t size; /* bytes of a message; the largest copy of the limits */
	const struct cpus *cpus;
	struct control *control;
	enum end self;
	struct way way[WAYS];
	bool lossy;                 /* messages may be lost, or come late from a run that is over */
	size_t nslots;              /* messages that fit the window: the working set of an end is twice that */
	unsigned char *out, *in;    /* nslots messages each */
	uint32_t epoch;             /* of the run that is going on; both ends count alike */
	double trip_ns, message_ns; /* what they took last time; 0 = unknown */
	struct grounds *grounds;
};

/* How many messages of that size an end keeps ready: an odd number, so that a ring meets those of another key. */
size_t pair_slots(size_t size);

/* The owner's life, confined already; `error` is a -errno from before, or 0. */
void pair_owner(struct pair *p, int error) __attribute__((noreturn));

/* For the tasks. */
static inline unsigned char *pair_out(const struct pair *p, uint64_t i)
{
	return p->out + (size_t)(i % p->nslots) * p->size;
}

static inline unsigned char *pair_in(const struct pair *p, uint64_t i)
{
	return p->in + (size_t)(i % p->nslots) * p->size;
}

/* Sends what lies in slot i, however often it takes; receives into slot i. A failure ends the process. */
void pair_send(struct pair *p, int way, uint64_t i);
void pair_recv(struct pair *p, int way, uint64_t i);

/* The messages of the run that begins: each differs from those before in every word, and slot i has the number i. */
void pair_renew(struct pair *p);

/* Whether it is, whole, message `index` of the run. */
bool pair_is_right(const struct pair *p, const unsigned char *message, uint64_t index);

/* Slot i holds message i of the run; otherwise the process ends, and the bench hears of it. */
void pair_check(struct pair *p, uint64_t i);

/* This end has come further: the bench sees that nothing hangs. */
void pair_step(const struct pair *p);

#endif

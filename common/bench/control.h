/*
 * control.h - how the bench and the two processes of a lane talk: a page that they share, apart from the row
 *
 * The bench gives an order; both ends carry it out, meeting in between where neither may run ahead; both report.
 */
#ifndef IPCKIT_BENCH_CONTROL_H
#define IPCKIT_BENCH_CONTROL_H

#include "variant.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { CACHE_LINE = 64, SAMPLES = 512, LIMIT_SIZES = 16 };

enum task {
	ROUND_TRIP, /* there and back again, over both links */
	THROUGHPUT, /* one way, as fast as it goes */
	COUNTED,    /* round trips that somebody counts the system calls of: nothing else is done meanwhile */
	LIMIT,      /* one of the machine's limits; see limits.h */
	LEAVE,      /* teardown(), and the end */
};

enum { TASKS = 2 }; /* that every lane is measured by */

struct order {
	enum task task;
	unsigned limit;              /* LIMIT: which one */
	size_t size;                 /* LIMIT: bytes, where it depends on that */
	long long ns;                /* how long it should take */
	unsigned long long messages; /* COUNTED: how many */
};

/* What one batch measured. Times are in ns, and the cost of reading the clock is taken off. */
struct batch {
	unsigned long long messages; /* round trips, or messages that arrived */
	unsigned long long lost;
	long long ns;             /* for all of them */
	unsigned long long timed; /* round trips that were timed one by one, besides */
	long long timed_ns;
	long long cpu_ns[2]; /* of SENDER and RECEIVER, for `worked` messages */
	unsigned long long worked;
	unsigned long long faults; /* pages that both ends touched for the first time */
	long long check_ns;        /* what the reader needs to verify one message */
	unsigned nsamples;
	int error; /* LIMIT: it could not be measured, because of `call`; 0 = it could */
	char call[24];
};

/* Two of them are in the bench's own memory, for rows that have none; otherwise in the row's. See handover.h. */
struct handover {
	alignas(CACHE_LINE) _Atomic uint32_t taken; /* messages that the receiver has had */
	_Atomic uint32_t sender_asleep;
	alignas(CACHE_LINE) _Atomic uint32_t posted; /* messages that are there; the message itself follows */
	_Atomic uint32_t receiver_asleep;
};

/* Why a lane ended before its time; written by the process that gave up. */
struct give_up {
	int error; /* errno; EBADMSG: other bytes came than were sent */
	int seat;  /* enum end */
	char call[24];
};

/* Rises while an end gets on. Each has a cache line. */
struct progress {
	alignas(CACHE_LINE) _Atomic uint64_t steps;
};

/* What the ends look at all the time lies on lines apart. */
struct control { /* NOLINT(clang-analyzer-optin.performance.Padding) */
	struct handover own[2];
	struct progress progress[2];
	alignas(CACHE_LINE) _Atomic uint32_t orders; /* rises with each */
	_Atomic uint32_t reports;                    /* how many ends have carried it out */
	struct order order;
	_Atomic pid_t pid[2];
	const char *_Atomic during[2];  /* "setup()", …: literals, which fork leaves at one address */
	_Atomic bool giving_up, failed; /* an end is at it; it has said why */
	struct give_up give_up;
	alignas(CACHE_LINE) _Atomic uint32_t met[2]; /* how often each end came to a meeting */
	_Atomic uint32_t done;                       /* the reader has had all of the run */
	_Atomic uint32_t ended;  /* pieces of a run that its sender has added to wake a reader who misses some */
	unsigned long long run;  /* how many messages the run has that follows the next meeting; 0 = there is none */
	_Atomic bool counted[2]; /* this end is in the part of COUNTED that counts */
	unsigned looks;          /* how often to look before sleeping, at a meeting */
	long long began;
	long long clock_ns; /* what one look at the clock costs */
	long long setup_ns; /* from setup() until both ends are attached */
	struct batch batch;
	long long samples[SAMPLES];
};

/* For the two ends. */
void control_await_order(struct control *c, uint32_t *seen);
void control_report(struct control *c);
void control_meet(struct control *c, enum end self);

/* Waits until *word is no longer `seen`, or some ms have passed. */
void control_wait(_Atomic uint32_t *word, uint32_t seen, int ms);

/* Ends this process; the bench hears why. */
void control_give_up(struct control *c, enum end self, int error, const char *call) __attribute__((noreturn));

/* For the bench. */
void control_order(struct control *c, const struct order *order);

/* What two looks at the clock, one after the other, are apart: the least of many. */
long long control_clock_cost(void);

/* CPU time of this process, in ns. */
long long control_cpu_now(void);

/* In a loop that looks at memory: lets the other thread of the core run, and saves power. */
static inline void control_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

#endif

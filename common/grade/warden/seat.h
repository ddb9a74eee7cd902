/*
 * seat.h - one end of the case: its process, and the connection that it made after fork
 */
#ifndef IPCKIT_WARDEN_SEAT_H
#define IPCKIT_WARDEN_SEAT_H

#include "../protocol.h"
#include "variant.h"

#include <stdbool.h>
#include <stddef.h>

struct parcel { /* messages in one order */
	uint32_t count;
	uint32_t bytes;
	uint32_t lengths[MOST_MESSAGES];
	unsigned char *data; /* MOST_BYTES */
};

struct seat {
	pid_t pid;
	int fd;            /* -1 = not there */
	int memory;        /* of the process: /proc/PID/mem, or -1 */
	uint64_t messages; /* where its runner keeps them there */
	bool ordered;      /* a reply is to come */
	uint32_t what;     /* to that order; HELLO: none was given */
	bool gone;         /* it has hung up */
	const char *wrong; /* why what it says is no reply; NULL = it may be one */
	int error;         /* errno of our own call that could not hear it, or reach its memory; 0 = none */
	const char *call;
	char stage[STAGE_SIZE]; /* of one that was waited for: see protocol.h */
	struct reply reply;
	size_t got; /* bytes of the reply and what follows it */
	int32_t results[MOST_MESSAGES];
	unsigned char *data; /* what came: MOST_BYTES */
	size_t outgoing, sent;
	unsigned char *out;
};

int seat_prepare(struct seat *s);

/* Nobody is there. */
void seat_clear(struct seat *s);

/* The process with this number is there, at that connection, which is the seat's from now on. */
void seat_take(struct seat *s, pid_t pid, int fd);
void seat_close(struct seat *s);

/*
 * Opens its memory, as it is from now on: what was opened before another program ran there is that of the old one. False: errno
 * says why not.
 */
bool seat_reach(struct seat *s);

/* Puts an order on its way; `table` (o->count numbers) and `data` (o->bytes) may be NULL. */
void seat_order(struct seat *s, const struct order *o, const uint32_t *table, const void *data);

/*
 * Whether what is written to a page where one keeps its messages is there in the other, too. Neither may have an order. A look
 * that fails is an error of that seat.
 */
bool seat_shares(struct seat *a, struct seat *b, uint64_t mark);

/* Moves what can be moved without waiting. */
void seat_pump(struct seat *s);

/* The order has been obeyed and the reply is all there. */
bool seat_replied(const struct seat *s);

#endif

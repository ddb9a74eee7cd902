/*
 * handover.h - one direction of a lane: the row's hooks, and where the reader is not woken, a way to tell it
 *
 * A row that does not wake its reader gets one of two hand-overs from the bench. Its words lie in the row's own memory,
 * the count of posted messages right before the message: 56 bytes and their count share a cache line. Where the row has
 * no shared memory (files, process_vm), they lie in the bench's.
 *
 * In a conversation the answer says that the message was taken. One way, the receiver has to say so itself.
 */
#ifndef IPCKIT_BENCH_HANDOVER_H
#define IPCKIT_BENCH_HANDOVER_H

#include "bench/control.h"
#include "variant.h"

#include <stdbool.h>
#include <sys/types.h>

/* What the bench adds to a row. */
enum extra {
	AS_IT_IS,     /* nothing */
	SPIN,         /* the reader looks until the message is there */
	FUTEX,        /* the reader sleeps on a futex */
	LARGE_BUFFER, /* a pipe's buffer is made 1 MiB */
};

struct way {
	const struct variant *variant;
	struct link link;
	enum extra extra;
	struct handover *words; /* NULL where the row brings its own */
	unsigned char *payload; /* of plain memory; otherwise NULL */
	bool confirm;           /* the receiver confirms each message */
	uint32_t turn;          /* messages that this end has posted or taken */
};

/* "", "+spin", … */
const char *extra_name(enum extra extra);

/* How many bytes more the row's memory must have. */
size_t handover_room(const struct variant *v);

/* Once the link is attached: finds the words. `own` are the bench's. */
void handover_place(struct way *w, struct handover *own);

/* One message as it is, with nobody told. -errno, or its length. */
ssize_t way_put(struct way *w, const void *buf, size_t len);
ssize_t way_get(struct way *w, void *buf, size_t cap);

/* One message, and the receiver told; the next message, once it is there. */
ssize_t way_send(struct way *w, const void *buf, size_t len);
ssize_t way_recv(struct way *w, void *buf, size_t cap);

/* Before a run, at both ends, with nothing under way. */
void way_begin(struct way *w, enum end end, bool confirm);

#endif

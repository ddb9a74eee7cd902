/*
 * ring.h - the bare ring: what a stream through shared memory can reach at best, as a yardstick
 */
#ifndef IPCKIT_BENCH_RING_H
#define IPCKIT_BENCH_RING_H

#include "variant.h"

/* A single-producer ring, copied in and out, that spins and watches over nothing. Not a row: for the bench only. */
extern const struct variant bare_ring;

#endif

/*
 * clock.h - monotonic time in integer nanoseconds
 */
#ifndef IPCKIT_CLOCK_H
#define IPCKIT_CLOCK_H

enum { NS_PER_US = 1000, NS_PER_MS = 1000000, NS_PER_S = 1000000000 };

/* CLOCK_MONOTONIC, in ns. */
long long clock_now(void);

#endif

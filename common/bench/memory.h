/*
 * memory.h - how much of it there is for measurements
 */
#ifndef IPCKIT_BENCH_MEMORY_H
#define IPCKIT_BENCH_MEMORY_H

#include <stddef.h>

/* Bytes that new processes may use without swapping; where the kernel does not say, what is free. */
size_t memory_available(void);

#endif

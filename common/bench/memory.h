/*
 * memory.h - how much of it there is for measurements
 */
#ifndef IPCKIT_BENCH_MEMORY_H
#define IPCKIT_BENCH_MEMORY_H

#include <stddef.h>

/* Bytes that new processes may use without swapping, as far as the kernel and the limits of our cgroups say. */
size_t memory_available(void);

/*
 * What the limits of cgroups and of their parents leave; SIZE_MAX where none is set. `list` is a file like
 * /proc/self/cgroup, `root` a folder like /sys/fs/cgroup (cgroups(7)).
 */
size_t memory_left_by_cgroups(const char *list, const char *root);

#endif

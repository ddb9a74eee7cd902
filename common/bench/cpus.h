/*
 * cpus.h - where the two ends run
 */
#ifndef IPCKIT_BENCH_CPUS_H
#define IPCKIT_BENCH_CPUS_H

#include <stdbool.h>

enum placing {
	PLACED_CROSS, /* each end on a CPU of its own */
	PLACED_SAME,  /* both on one */
	PLACED_FREE,  /* wherever the scheduler puts them */
};

struct cpus {
	enum placing placing;
	int of[2];   /* the CPU of SENDER and RECEIVER; -1 = any */
	int allowed; /* how many this process may use */
};

/* "cross", "same", "free". */
const char *placing_name(enum placing placing);
bool placing_parse(const char *text, enum placing *placing);

/* Picks the CPUs, for CROSS two different cores if there are any; with one CPU, CROSS becomes SAME. */
struct cpus cpus_choose(enum placing placing);

/* Both ends can run at the same time, so that one may spin. */
bool cpus_allow_spinning(const struct cpus *cpus);

/* Binds this process. 0 or -errno. */
int cpus_bind(const struct cpus *cpus, int end);

#endif

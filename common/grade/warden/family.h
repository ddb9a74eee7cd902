/*
 * family.h - every process that came from this one, and what they are doing
 */
#ifndef IPCKIT_WARDEN_FAMILY_H
#define IPCKIT_WARDEN_FAMILY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { FAMILY_MOST = 256 };

/* The living and the zombies, without this process. Returns how many; what is beyond FAMILY_MOST is left out. */
size_t family_list(pid_t pids[FAMILY_MOST]);

/* It is this process, or came from it and was not reaped yet. */
bool family_has(pid_t pid);

struct pulse {
	unsigned long long cpu_ns;   /* of all together */
	unsigned long long ended_ns; /* and of their children that were waited for */
	unsigned long long runs;     /* how often one of them was given a CPU */
	size_t resident;             /* bytes of memory */
	bool stuck;                  /* nothing but an outsider can make one of them move */
	bool running;                /* one of them has or wants a CPU */
	bool blocked;                /* one of them is in state D: in vfork(2), or at a disk */
	unsigned long long who;      /* another number once a process has come or gone */
	unsigned long long bytes;    /* that they have read and written; 0 where the kernel does not count */
};

struct pulse family_pulse(void);

/* How often the threads of a process, or of all of them, have gone to sleep by themselves. */
unsigned long long process_sleeps(pid_t pid);
unsigned long long family_sleeps(void);

/* Kills and reaps until nobody is left. */
void family_end(void);

#endif

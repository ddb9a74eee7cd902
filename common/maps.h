/*
 * maps.h - what is mapped in a process, as /proc/PID/maps tells (proc_pid_maps(5))
 */
#ifndef IPCKIT_MAPS_H
#define IPCKIT_MAPS_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

struct mapping {
	unsigned long start, end; /* addresses; end is the first one behind it */
	unsigned long inode;      /* 0: of no file */
	char perms[5];            /* "rw-s" */
	char device[16];          /* "fd:01" */
	char path[128];           /* or "[stack]"; "" = none; its start, where it is longer */
};

/* The list of a process; the caller closes it. NULL with errno. */
FILE *maps_open(pid_t pid);

/* The next one; false: there is none. A path is whatever the process wants: no part of it is taken for a line of the list. */
bool maps_next(FILE *maps, struct mapping *m);

#endif

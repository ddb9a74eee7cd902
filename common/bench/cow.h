/*
 * cow.h - what fork() costs as the memory of a process grows, and what it costs to write to it afterwards
 */
#ifndef IPCKIT_BENCH_COW_H
#define IPCKIT_BENCH_COW_H

#include "evidence.h"

#include <stdbool.h>
#include <stddef.h>

/* The memory that the process has when it forks. */
enum heap {
	HEAP_PRIVATE, /* as malloc() gets it: copied on the first write */
	HEAP_HUGE,    /* the same, with huge pages asked for */
	HEAP_SHARED,  /* MAP_SHARED: never copied */
	HEAPS
};

enum { COW_FORKS = 5, COW_SAMPLE = 1024 /* pages that each process writes to, at most */ };

/* One kind and size of memory. In memory shared with the processes that measure. All times in ns. */
struct cow_case {
	enum heap heap;
	size_t size;   /* bytes */
	bool measured; /* otherwise `error` says why, or it was not reached */
	int error;
	char call[24];                      /* that failed; "" where none is to blame */
	int signal;                         /* that killed one of the processes; 0: none */
	double fill_ns;                     /* the first touch, for a page */
	double fork_ns[COW_FORKS];          /* until fork() returns in the parent */
	double vfork_ns, spawn_ns;          /* medians of as many: vfork() with _exit(), posix_spawn() */
	size_t pages;                       /* that each process wrote to, the two not to the same */
	double child_ns, parent_ns;         /* for the first write to a page */
	const char *source;                 /* what told the copied ones, see evidence_source(); NULL: nothing did */
	size_t child_copied, parent_copied; /* of `pages`: the process has a copy of its own afterwards */
	size_t huge;                        /* bytes in huge pages before the fork */
};

/* "private", "huge", "shared". */
const char *heap_name(enum heap heap);

/* The largest size that this machine has memory for. */
size_t cow_largest(void);

/* n cases in shared memory; NULL with errno. They are never freed. */
struct cow_case *cow_cases(size_t n);

/*
 * Whether a page has been copied by a write after fork(), looked at while both processes live: it lies in another
 * frame. Without frame numbers: it is private memory, and whoever wrote to it maps it alone.
 */
bool cow_copied(const struct page *before, const struct page *after);

/* Measures one, in processes of its own. supervisor_begin() has been called. False: a signal asks to stop. */
bool cow_run(struct cow_case *c);

#endif

/*
 * sandbox.h - where foreign code is compiled and run, and how much that holds
 */
#ifndef IPCKIT_GRADE_SANDBOX_H
#define IPCKIT_GRADE_SANDBOX_H

#include "grade/parts.h"
#include "grade/slot.h"
#include "grade/work.h"

#include <stdbool.h>
#include <sys/types.h>

struct sandbox {
	const struct parts *parts;
	const struct work *work;
	bool queues;     /* the answer may need message queues */
	bool namespaces; /* bubblewrap works here; otherwise only limits, seccomp and another uid hold */
	bool mapped;     /* as root: a user namespace with two uids of the outside */
	uid_t outer;     /* uid of the outside that the sandbox works as; the next one is the student's if mapped */
	uid_t student;   /* the uid of the student's processes, as the warden names it */
	int slot;        /* locked while this run goes on, as root while that uid is in use; negative = none */
	char note[SLOT_WHY]; /* one line for people: what holds, or why nothing does */
};

/* Finds out what holds here. `limits_only`: do not even try namespaces. 0 or -errno; the note says why. */
int sandbox_prepare(struct sandbox *s, bool limits_only);
void sandbox_release(struct sandbox *s);

/*
 * Compiles: `out` is the folder in the work folder that may be written; the script finds it in $1, and `text` in $2. In a
 * child: does not return.
 */
void sandbox_build(const struct sandbox *s, const char *out, const char *script, const char *text)
	__attribute__((noreturn));

/*
 * Runs a warden, one of at most 6 that have different numbers: `program` is the path in the work folder of a runner with
 * an answer in it. In a child.
 */
void sandbox_run(const struct sandbox *s, int number, const char *level, const char *plan, const char *program,
		 int report) __attribute__((noreturn));

/* No namespaces, and one uid for all: then no copy of a reference answer may lie in the work folder. */
bool sandbox_is_shared(const struct sandbox *s);

/* The last of a child that cannot become what it should: stderr, which is kept, says which call failed, and errno. */
void sandbox_fail(const char *call) __attribute__((noreturn));

/* Sets all of it up and does nothing, to see whether that works. In a child. */
void sandbox_nothing(const struct sandbox *s) __attribute__((noreturn));

/*
 * In a child of `parent`, before one of these: enters a user namespace, as root one whose map the parent writes, and a pid
 * namespace. By the pipes they tell each other when; the ends that are the parent's are closed here, or its end would not be heard.
 * What returns true is the first process of the pid namespace; the child itself waits, and ends as that does.
 */
bool sandbox_enter(const struct sandbox *s, const int ready[2], const int go[2], pid_t parent);

/* In the parent, which has closed ready[1]: writes the map of that child when it is told to. 0 or -errno. */
int sandbox_let_in(const struct sandbox *s, pid_t child, int ready, int go);

#endif

/*
 * parts.h - where the pieces lie that grading needs beside the program
 */
#ifndef IPCKIT_GRADE_PARTS_H
#define IPCKIT_GRADE_PARTS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct parts {
	char folder[PATH_MAX];  /* …/grade in the tree, $(PREFIX)/libexec/ipckit when installed */
	char program[PATH_MAX]; /* this program itself */
	char tree
		[PATH_MAX]; /* the sources that it lies in, and those that it was built from; "" where there are none */
	char built_from[PATH_MAX];
};

/* False: `error` says in one line what is missing: a piece, or one of the tools. */
bool parts_find(struct parts *p, char *error, size_t size);

/* Path of a piece, in a static buffer that the next but three call uses again. */
const char *parts_path(const struct parts *p, const char *name);

/* An answer that is known to be right or wrong, ready to run; false where it is not here. */
bool parts_has_sample(const struct parts *p, const char *row);

/* Where all programs are looked for that are run here, whatever the PATH of whoever grades is. */
#define SANDBOX_PATH "/usr/bin:/bin"

/* There is such a program in SANDBOX_PATH. */
bool parts_tool(const char *name);

#endif

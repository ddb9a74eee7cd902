/*
 * submissions.h - what a class has handed in
 */
#ifndef IPCKIT_GRADE_SUBMISSIONS_H
#define IPCKIT_GRADE_SUBMISSIONS_H

#include <stdbool.h>
#include <stddef.h>

struct submission {
	char *student;       /* the name of the file without `ending`, or of the folder: bytes as they are */
	char *path;          /* NULL where there is nothing to grade */
	const char *problem; /* why there is none */
	bool empty;          /* it is the student's that there is none: nothing was handed in */
};

struct submissions {
	struct submission *list; /* by student, in the order of bytes */
	size_t n;
};

/*
 * Every file in `folder` that ends with `ending` (".c"), and of each folder in it the one such file, or answer.c of
 * several. Hidden names are passed over, and the folder `results`; a symbolic link and a file with another ending have a
 * problem. False: it has been said what is wrong. submissions_free() is for both.
 */
bool submissions_find(struct submissions *s, const char *folder, const char *ending, const char *results);
void submissions_free(struct submissions *s);

#endif

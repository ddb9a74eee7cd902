/*
 * descriptors.h - what a student's process has open
 */
#ifndef IPCKIT_WARDEN_DESCRIPTORS_H
#define IPCKIT_WARDEN_DESCRIPTORS_H

#include "bout.h"

/* How many. */
unsigned descriptors_open(const struct bout *b, int seat);

/*
 * How many there are beside what the process was started with and its line to the warden: a number that now stands for
 * another object is one too. `first` becomes "3 (pipe:[1234])", with what it points to.
 */
unsigned descriptors_left(const struct bout *b, int seat, char *first, size_t size);

/* The same of those that another program would inherit. */
unsigned descriptors_inherited(const struct bout *b, int seat, char *first, size_t size);

/* The process holds a POSIX message queue that has another name than that of a link. */
bool descriptors_stray_queue(const struct bout *b, int seat);

#endif

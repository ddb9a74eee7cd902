/*
 * nearest.h - the name that somebody may have meant
 */
#ifndef IPCKIT_NEAREST_H
#define IPCKIT_NEAREST_H

#include <stddef.h>

/* The one of `names` with the fewest edits from `word`, or NULL where none is near. */
const char *nearest(const char *word, const char *const *names, size_t n);

#endif

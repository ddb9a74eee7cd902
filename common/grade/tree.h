/*
 * tree.h - removes folders that foreign code has made: nested deeper than any path is long, or closed to their owner
 */
#ifndef IPCKIT_GRADE_TREE_H
#define IPCKIT_GRADE_TREE_H

#include <stdbool.h>

/* What has that name in the folder `at`, of whatever kind, and all that is in it; no link is followed. False: errno says why. */
bool tree_remove(int at, const char *name);

#endif

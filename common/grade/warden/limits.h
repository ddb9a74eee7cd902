/*
 * limits.h - how much a student's process may take (getrlimit(2))
 */
#ifndef IPCKIT_WARDEN_LIMITS_H
#define IPCKIT_WARDEN_LIMITS_H

#include "confine.h"

/* In the warden, before the first of limits_set(). */
void limits_prepare(const struct confinement *c);

/* In the child, before it is another user: what it cannot raise again. 0 or -errno. */
int limits_set(const struct confinement *c);

#endif

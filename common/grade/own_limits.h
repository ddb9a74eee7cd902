/*
 * own_limits.h - whether whoever grades leaves the grader enough to grade with
 */
#ifndef IPCKIT_GRADE_OWN_LIMITS_H
#define IPCKIT_GRADE_OWN_LIMITS_H

#include <stdbool.h>
#include <stddef.h>

/* False: a limit of this process, which its children inherit, is so low that it would cost points; `why` says which. */
bool own_limits_suffice(char *why, size_t size);

#endif

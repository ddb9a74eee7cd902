/*
 * limit.h - limits of a process (setrlimit(2)) that only get smaller
 */
#ifndef IPCKIT_GRADE_LIMIT_H
#define IPCKIT_GRADE_LIMIT_H

#include <sys/resource.h>

/* No more than that, nor than this process may have anyway. 0 or -errno. */
int limit_to(unsigned what, rlim_t soft, rlim_t hard);

#endif

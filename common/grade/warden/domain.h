/*
 * domain.h - what landlock(7) keeps a student's process from, beside files
 */
#ifndef IPCKIT_WARDEN_DOMAIN_H
#define IPCKIT_WARDEN_DOMAIN_H

#include <stdbool.h>

/*
 * In the process itself. `apart`: it may not look at the /proc/PID/fd, and the like, of those outside; where that cannot
 * be had, sandbox_prepare.c says so. `silent`: it may send them no signal. False: that one this kernel cannot do.
 */
bool domain_enter(bool apart, bool silent);

#endif

/*
 * signals.h - which signals a student's process may send, where landlock(7) cannot say
 */
#ifndef IPCKIT_WARDEN_SIGNALS_H
#define IPCKIT_WARDEN_SIGNALS_H

#include <seccomp.h>
#include <sys/types.h>

/*
 * Adds to the filter: none but to `self`. A child of it has the same filter and another number, so it cannot even raise(3):
 * its abort(3) then ends with the signal of an illegal instruction. Not 0: no filter.
 */
int signals_only_to(scmp_filter_ctx filter, pid_t self);

#endif

/*
 * sight.h - that the warden may look into the student's processes, where it has no CAP_SYS_PTRACE
 */
#ifndef IPCKIT_WARDEN_SIGHT_H
#define IPCKIT_WARDEN_SIGHT_H

#include <sys/types.h>

/*
 * Then only whoever has the uid of a process may look (ptrace(2), "Ptrace access mode checking"). That one is taken for files
 * alone, of which /proc/PID is one: by signals and traces that uid reaches us as little as before. 0 or -errno.
 */
int sight_begin(uid_t uid);

/* In a child: the files are its own user's again. */
void sight_end(void);

#endif

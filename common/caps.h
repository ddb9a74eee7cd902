/*
 * caps.h - all use of libcap: which capabilities are kept, raised and dropped where (capabilities(7))
 */
#ifndef IPCKIT_CAPS_H
#define IPCKIT_CAPS_H

#include <sys/capability.h>

/*
 * What the user has, in the notation of cap_from_text(3), or "none" or "unknown": as it was when this was first asked,
 * which has to be before any other function of these.
 */
const char *caps_of_user(void);

/* Keeps the few capabilities that experiments need permitted and none effective. 0 or -errno. */
int caps_lower(void);

/* Keeps all that are permitted, as those of a new user namespace, and none effective. 0 or -errno. */
int caps_lower_effective(void);

/* Makes one kept capability effective, until caps_lower(). 0 or -errno (-EPERM: it is not ours). */
int caps_raise(cap_value_t capability);

/* The same for a grader: from now on caps_lower() keeps those for files of other users as well. 0 or -errno. */
int caps_lower_for_grading(void);

/* Makes these effective, as far as they are permitted, until caps_lower(). 0 or -errno. */
int caps_raise_for_files(void);

/* All that are kept: in a process that makes itself another user, or another program. 0 or -errno. */
int caps_raise_kept(void);

/*
 * No way back, for this process and all that it starts: no_new_privs, an empty bounding set, no ambient capability.
 * What is permitted stays permitted. 0 or -errno.
 */
int caps_bar(void);

/* No capability in any set. 0 or -errno. */
int caps_drop(void);

#endif

/*
 * commons.h - the folders in which an answer can leave something under a name
 */
#ifndef IPCKIT_WARDEN_COMMONS_H
#define IPCKIT_WARDEN_COMMONS_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Looks for folders below the usual ones that are there already and that this user may write to, as /tmp/.X11-unix: what
 * is made there later appears in no listing of /tmp. Not in the user's own ones: whatever is there is his.
 */
void commons_find(uid_t user);

/* The usual ones first; NULL: there are no more. */
const char *commons_folder(size_t i);

#endif

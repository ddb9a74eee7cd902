/*
 * queues.h - where the POSIX message queues can be listed: only a mount of them tells which there are (mq_overview(7))
 */
#ifndef IPCKIT_GRADE_QUEUES_H
#define IPCKIT_GRADE_QUEUES_H

#include <stdbool.h>

/* Where they are mounted by custom. */
#define QUEUES_USUAL "/dev/mqueue"

/* The folder `own` if they are mounted there, or else the usual one; NULL: in neither. */
const char *queues_folder(const char *own);

/* Makes the folder and mounts them there, seen by this process and all that it will start. 0 or -errno. */
int queues_mount(const char *folder);

/* Whether they can be mounted here. */
bool queues_can_be_mounted(void);

/* The descriptor is of a queue, or of the folder of them. */
bool queues_hold(int fd);

#endif

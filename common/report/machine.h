/*
 * machine.h - where something was measured
 */
#ifndef IPCKIT_REPORT_MACHINE_H
#define IPCKIT_REPORT_MACHINE_H

#include <jansson.h>

/* {"kernel", "cpus", "page_size", "uid", "capabilities"} as they are now; NULL: no memory. */
json_t *machine_record(void);

#endif

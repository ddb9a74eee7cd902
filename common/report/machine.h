/*
 * machine.h - where something was measured
 */
#ifndef IPCKIT_REPORT_MACHINE_H
#define IPCKIT_REPORT_MACHINE_H

#include <jansson.h>
#include <stddef.h>

/*
 * {"kernel", "processor", "cpus", "page_size", "uid", "capabilities"} as they are now, but for the capabilities, which
 * are those of the user: see caps_of_user(). NULL: no memory.
 */
json_t *machine_record(void);

/* Such a record for people: "2 CPUs (AMD EPYC), Linux 6.1.0". */
void machine_words(const json_t *machine, char *text, size_t size);

#endif

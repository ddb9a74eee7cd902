/*
 * names.h - the names of errno values and signals, which not every C library tells
 */
#ifndef IPCKIT_REPORT_NAMES_H
#define IPCKIT_REPORT_NAMES_H

/* "EPERM", "SIGSEGV"; NULL where this table has no name. */
const char *errno_name(int error);
const char *signal_name(int number);

#endif

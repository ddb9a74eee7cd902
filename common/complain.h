/*
 * complain.h - the one way to say something to the user on stderr
 */
#ifndef IPCKIT_COMPLAIN_H
#define IPCKIT_COMPLAIN_H

/* One line, "ipckit: …". */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

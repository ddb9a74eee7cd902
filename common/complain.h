/*
 * complain.h - the one way to say something to the user on stderr
 */
#ifndef IPCKIT_COMPLAIN_H
#define IPCKIT_COMPLAIN_H

/* One line, "ipckit: …": what it names may be hostile, and is escaped, or long, and is shortened. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

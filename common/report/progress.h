/*
 * progress.h - how far a long command has got: one line on stderr, written over and over
 *
 * Nothing is shown where stderr is no terminal, or a dumb one, which cannot write over a line.
 */
#ifndef IPCKIT_REPORT_PROGRESS_H
#define IPCKIT_REPORT_PROGRESS_H

/* Shows the text, ASCII, cut to the width of the terminal, in place of the one before. */
void progress_show(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The line is empty again: what is printed next begins there. */
void progress_hide(void);

#endif

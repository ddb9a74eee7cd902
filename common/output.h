/*
 * output.h - opens a file for results, or makes a folder for them, where other users may have put something in its place
 */
#ifndef IPCKIT_OUTPUT_H
#define IPCKIT_OUTPUT_H

#include <stdio.h>
#include <sys/types.h>

/*
 * Nothing is written where another user leads it. In a folder that others may write to, an entry has to belong to us, to
 * root or to whom the folder belongs; a link on the way to us or to root, wherever it is; and where anybody may write, a
 * file must have no second name. Whoever is told to write into another's folder, where only he may write, does. The rule
 * is that of protected_symlinks, protected_regular, protected_fifos and protected_hardlinks in proc(5), and more.
 */

/* A descriptor to write to, nothing cut off, or -1 with errno, which is EACCES where the rule forbids it. */
int output_open(const char *path);

/* The same for an entry of a folder, with flags of open(2); no link is followed. */
int output_open_in(int folder, const char *name, int flags, mode_t mode);

/* Makes a folder that is not there yet; 0, or -1 with errno. */
int output_folder(const char *path, mode_t mode);

/* What was printed is written. 0, or -errno: of that, or of a write before, if no other call has set errno since. */
int output_arrived(FILE *out);

#endif

/*
 * output.h - opens a file for results, or makes a folder for them, where other users may have put something in its place
 */
#ifndef IPCKIT_OUTPUT_H
#define IPCKIT_OUTPUT_H

#include <sys/types.h>

/*
 * A descriptor to write to, nothing cut off, or -1 with errno. In a sticky folder that others may write to, a link or a
 * file that belongs neither to us nor to the folder's owner is refused: protected_symlinks, protected_regular in proc(5).
 */
int output_open(const char *path);

/* Makes a folder that is not there yet; 0, or -1 with errno. One in such a place that is another's is refused as well. */
int output_folder(const char *path, mode_t mode);

#endif

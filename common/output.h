/*
 * output.h - opens a file for results where other users may have put something in its place
 */
#ifndef IPCKIT_OUTPUT_H
#define IPCKIT_OUTPUT_H

/*
 * A descriptor to write to, nothing cut off, or -1 with errno. In a sticky folder that others may write to, a link or a
 * file that belongs neither to us nor to the folder's owner is refused: protected_symlinks, protected_regular in proc(5).
 */
int output_open(const char *path);

#endif

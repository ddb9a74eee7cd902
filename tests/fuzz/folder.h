/*
 * folder.h - a private folder for the files that a parser opens by their names: in TMPDIR, which fuzz.sh removes, whatever
 * a fuzzer that crashes leaves in there
 */
#ifndef IPCKIT_FUZZ_FOLDER_H
#define IPCKIT_FUZZ_FOLDER_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FOLDER_PATH = 200 };

static char folder[FOLDER_PATH];

static inline void folder_remove(void)
{
	rmdir(folder);
}

/* For LLVMFuzzerInitialize(), whose result it returns. */
static inline int folder_make(void)
{
	const char *parent = getenv("TMPDIR");

	if (snprintf(folder, sizeof folder, "%s/fuzz.XXXXXX", parent ? parent : P_tmpdir) >= (int)sizeof folder ||
	    !mkdtemp(folder))
		abort();
	return atexit(folder_remove);
}

/* A new file of that content; its path goes to `path`. */
static inline void folder_put(const char *name, const uint8_t *data, size_t size, char path[FOLDER_PATH + 32])
{
	int fd;

	snprintf(path, FOLDER_PATH + 32, "%s/%s", folder, name);
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	if (fd == -1 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
}

#endif

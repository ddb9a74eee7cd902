/*
 * fuzz_journal.c - the journal of a dead run, which the next run sweeps: only names of the kit's own are removed. Linked
 * with --wrap=objects_remove, so that nothing is.
 */
#include "journal.h"
#include "objects.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *check_name(const char *name, const char **why) __asm__("__wrap_objects_remove");

static char folder[] = "/dev/shm/fuzz-journal.XXXXXX";

const char *check_name(const char *name, const char **why)
{
	if (strncmp(name, OBJECTS_PREFIX, strlen(OBJECTS_PREFIX)) != 0 || strchr(name + 1, '/') || strchr(name, '\n'))
		abort();
	*why = NULL;
	return NULL;
}

static void remove_folder(void)
{
	rmdir(folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	if (!mkdtemp(folder) || setenv("TMPDIR", folder, 1) != 0)
		abort();
	return atexit(remove_folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[128];
	int fd;

	snprintf(path, sizeof path, "%s/ipckit-run.dead", folder);
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
	if (fd == -1 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
	if (journal_open() != 0 || access(path, F_OK) == 0)
		abort(); /* it must have been swept */
	journal_close();
	return 0;
}

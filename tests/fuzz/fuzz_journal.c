/*
 * fuzz_journal.c - the journal of a dead run, which the next run sweeps: the names of the kit's own that stand in it are
 * removed, each in its turn, and nothing else. Linked with --wrap=objects_remove, so that nothing really is.
 */
#include "folder.h"
#include "journal.h"
#include "objects.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *check_name(const char *name, const char **why) __asm__("__wrap_objects_remove");

/* What is left of the input. */
static const char *rest, *end;

/* A line up to its end, or to a NUL in it. */
static char *next_line(void)
{
	const char *begin = rest, *line_end = memchr(rest, '\n', (size_t)(end - rest));

	line_end = line_end ? line_end : end;
	rest = line_end < end ? line_end + 1 : end;
	return strndup(begin, (size_t)(line_end - begin));
}

/* The next one of the kit's own: one slash, in front. NULL: there is none. */
static char *next_name(void)
{
	while (rest < end) {
		char *line = next_line();
		if (strstr(line, OBJECTS_PREFIX) == line && strrchr(line, '/') == line)
			return line;
		free(line);
	}
	return NULL;
}

const char *check_name(const char *name, const char **why)
{
	char *due = next_name();

	if (!due || strcmp(due, name) != 0)
		abort();
	free(due);
	*why = NULL;
	return NULL;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	int bad = folder_make();

	(void)argc, (void)argv;
	return bad || setenv("TMPDIR", folder, 1) == -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[FOLDER_PATH + 32];

	rest = (const char *)data;
	end = rest + size;
	folder_put("ipckit-run.dead", data, size, path);
	if (journal_open() != 0 || access(path, F_OK) == 0)
		abort(); /* it must have been swept */
	if (next_name())
		abort(); /* it has been forgotten */
	journal_close();
	return 0;
}

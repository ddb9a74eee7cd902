/*
 * fuzz_maps.c - the list of what is mapped, in which a process chooses the paths: one path a line, put into a list as the
 * kernel writes it (proc_pid_maps(5)), of which each mapping is read, as it was written, and no other
 */
#include "maps.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PATH_COLUMN = 73 };

static struct mapping mapping_of(unsigned number, const char *path)
{
	struct mapping m = {.start = 0x7f0000000000 + number * 0x10000ul, .inode = 1 + number};

	m.end = m.start + 0x1000;
	strcpy(m.perms, number % 2 ? "r--p" : "rw-s");
	strcpy(m.device, "fd:01");
	snprintf(m.path, sizeof m.path, "/%s", path);
	return m;
}

static void write_line(FILE *list, const struct mapping *m, const char *path)
{
	int n = fprintf(list, "%lx-%lx %s 00000000 %s %lu ", m->start, m->end, m->perms, m->device, m->inode);

	fprintf(list, "%*s/%s\n", n < PATH_COLUMN ? PATH_COLUMN - n : 0, "", path);
}

static void check_next(FILE *list, const struct mapping *m)
{
	struct mapping read;

	if (!maps_next(list, &read) || read.start != m->start || read.end != m->end || read.inode != m->inode ||
	    strcmp(read.perms, m->perms) != 0 || strcmp(read.device, m->device) != 0 ||
	    strcmp(read.path, m->path) != 0)
		abort();
}

/* Does something with each of the paths. */
static void each_path(const char *paths, FILE *list, bool check)
{
	char *copy = strdup(paths), *rest = copy, *path;

	for (unsigned number = 0; (path = strsep(&rest, "\n")); number++) {
		struct mapping m = mapping_of(number, path);
		if (check)
			check_next(list, &m);
		else
			write_line(list, &m, path);
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *paths = strndup((const char *)data, size), *text = NULL;
	struct mapping more;
	size_t length;
	FILE *list = open_memstream(&text, &length);

	each_path(paths, list, false);
	fclose(list);
	list = fmemopen(text, length, "r");
	each_path(paths, list, true);
	if (maps_next(list, &more))
		abort();
	fclose(list);
	free(text);
	free(paths);
	return 0;
}

#include "maps.h"

#include <string.h>

FILE *maps_open(pid_t pid)
{
	char list[32];

	snprintf(list, sizeof list, "/proc/%d/maps", (int)pid);
	return fopen(list, "re");
}

/* One line, the end of which is dropped where there is no room for it. The kernel writes a line's end in a path as \012. */
static bool next_line(FILE *maps, char *line, int size)
{
	int c = 0;

	if (!fgets(line, size, maps))
		return false;
	if (!strchr(line, '\n'))
		while (c != EOF && c != '\n')
			c = fgetc(maps);
	return true;
}

bool maps_next(FILE *maps, struct mapping *m)
{
	char line[256];

	while (next_line(maps, line, sizeof line)) {
		m->path[0] = '\0';
		if (sscanf(line, "%lx-%lx %4s %*s %15s %lu %127[^\n]", &m->start, &m->end, m->perms, m->device,
			   &m->inode, m->path) >= 5)
			return true;
	}
	return false;
}

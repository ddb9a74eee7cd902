#include "bench/memory.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Both versions of cgroups; `cache` is in memory.stat. */
struct hierarchy {
	const char *mount, *limit, *usage, *cache;
};

static const struct hierarchy v1 = {"memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
				    "total_inactive_file"};
static const struct hierarchy v2 = {".", "memory.max", "memory.current", "inactive_file"};

/* The number that follows a word at the start of a line. */
static bool read_number(const char *path, const char *word, unsigned long long *number)
{
	FILE *file = fopen(path, "re");
	char line[128];
	bool found = false;

	while (file && !found && fgets(line, sizeof line, file))
		found = strncmp(line, word, strlen(word)) == 0 && sscanf(line + strlen(word), "%llu", number) == 1;
	if (file)
		fclose(file);
	return found;
}

static bool read_file(const char *folder, const char *name, const char *word, unsigned long long *number)
{
	char path[PATH_MAX];

	return snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path &&
	       read_number(path, word, number);
}

/* What cannot be read is no limit, nor is the word "max". The cache of files is given up when memory runs short. */
static size_t left_in(const char *folder, const struct hierarchy *h)
{
	unsigned long long limit, usage, cache = 0, left;

	if (!read_file(folder, h->limit, "", &limit) || !read_file(folder, h->usage, "", &usage))
		return SIZE_MAX;
	read_file(folder, "memory.stat", h->cache, &cache);
	usage -= cache < usage ? cache : usage;
	left = limit > usage ? limit - usage : 0;
	return left < SIZE_MAX ? (size_t)left : SIZE_MAX;
}

/* Up to the mount: in a container that may be its own cgroup, whatever the path says. */
static size_t left_along(const char *root, const struct hierarchy *h, char *path)
{
	size_t least = SIZE_MAX;

	for (char *end = path + strlen(path); end; end = strrchr(path, '/')) {
		char folder[PATH_MAX];
		size_t left = SIZE_MAX;
		*end = '\0';
		if (snprintf(folder, sizeof folder, "%s/%s%s", root, h->mount, path) < (int)sizeof folder)
			left = left_in(folder, h);
		least = left < least ? left : least;
	}
	return least;
}

/* "4:memory:/path", "0::/path" in version 2; NULL: another one. Controllers may share a hierarchy. */
static const struct hierarchy *hierarchy_of(const char *line)
{
	const char *controllers = strchr(line, ':');

	if (!controllers)
		return NULL;
	return strncmp(controllers, "::", 2) == 0 ? &v2 : strstr(controllers, "memory:") ? &v1 : NULL;
}

size_t memory_left_by_cgroups(const char *list, const char *root)
{
	FILE *file = fopen(list, "re");
	char *line = NULL;
	size_t room = 0, least = SIZE_MAX;

	while (file && getline(&line, &room, file) > 0) {
		const struct hierarchy *h = hierarchy_of(line);
		char *path = strchr(line, '/');
		size_t left = SIZE_MAX;
		line[strcspn(line, "\n")] = '\0';
		if (h && path)
			left = left_along(root, h, path);
		least = left < least ? left : least;
	}
	free(line);
	if (file)
		fclose(file);
	return least;
}

size_t memory_available(void)
{
	size_t left = memory_left_by_cgroups("/proc/self/cgroup", "/sys/fs/cgroup");
	unsigned long long kib = 0;
	size_t available;

	if (read_number("/proc/meminfo", "MemAvailable:", &kib))
		available = (size_t)kib * 1024;
	else
		available = (size_t)sysconf(_SC_AVPHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
	return left < available ? left : available;
}

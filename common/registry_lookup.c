#include "registry.h"

#include <string.h>

const struct row *row_find(const char *name)
{
	for (const struct row *r = registry_rows; r->variant; r++)
		if (strcmp(r->variant->name, name) == 0)
			return r;
	return NULL;
}

const struct probe *probe_find(const char *name)
{
	for (const struct probe *const *p = registry_probes; *p; p++)
		if (strcmp((*p)->name, name) == 0)
			return *p;
	return NULL;
}

int row_order(const void *a, const void *b)
{
	const struct variant *one = (*(const struct row *const *)a)->variant;
	const struct variant *two = (*(const struct row *const *)b)->variant;

	return one->group != two->group ? (int)one->group - (int)two->group : strcmp(one->name, two->name);
}

int probe_order(const void *a, const void *b)
{
	return (*(const struct probe *const *)a)->place - (*(const struct probe *const *)b)->place;
}

const char *group_name(enum variant_group group)
{
	static const char *const names[] = {
		[PRIVATE_MEMORY] = "private memory",
		[SHARED_MEMORY] = "shared memory",
		[SYNCHRONISED_MEMORY] = "synchronised memory",
		[STREAM] = "stream",
		[MESSAGE] = "message",
		[NUMBER] = "number",
		[REACH] = "reach",
		[FILES] = "file",
	};

	return names[group];
}

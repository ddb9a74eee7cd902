#include "bench/memory.h"

#include <stdio.h>
#include <unistd.h>

size_t memory_available(void)
{
	FILE *file = fopen("/proc/meminfo", "re");
	char line[128];
	unsigned long kib = 0;

	while (file && fgets(line, sizeof line, file))
		if (sscanf(line, "MemAvailable: %lu kB", &kib) == 1)
			break;
	if (file)
		fclose(file);
	return kib ? (size_t)kib * 1024 : (size_t)sysconf(_SC_AVPHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
}

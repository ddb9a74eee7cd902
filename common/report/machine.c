#include "report/machine.h"

#include "caps.h"
#include "report/text.h"

#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

static json_t *string_of(const char *s)
{
	char *clean = text_clean(s, SIZE_MAX);
	json_t *string = clean ? json_string(clean) : NULL;

	free(clean);
	return string;
}

/* The CPUs that this process may use; a set that does not fit cpu_set_t means a big machine: then all of them. */
static long cpus(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set) == 0)
		return CPU_COUNT(&set);
	return sysconf(_SC_NPROCESSORS_ONLN);
}

/* As x86 has it; "unknown" elsewhere, and without /proc. */
static json_t *processor(void)
{
	FILE *f = fopen("/proc/cpuinfo", "re");
	char line[256], name[128] = "unknown";

	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "model name : %127[^\n]", name) == 1)
			break;
	if (f)
		fclose(f);
	return string_of(name);
}

json_t *machine_record(void)
{
	struct utsname system;
	const char *kernel = uname(&system) == 0 ? system.release : "unknown";

	return json_pack("{so, so, sI, sI, sI, so}", "kernel", string_of(kernel), "processor", processor(), "cpus",
			 (json_int_t)cpus(), "page_size", (json_int_t)sysconf(_SC_PAGESIZE), "uid",
			 (json_int_t)getuid(), "capabilities", string_of(caps_of_user()));
}

void machine_words(const json_t *machine, char *text, size_t size)
{
	long cpus_then = (long)json_integer_value(json_object_get(machine, "cpus"));
	const char *name = json_string_value(json_object_get(machine, "processor"));
	const char *kernel = json_string_value(json_object_get(machine, "kernel"));

	snprintf(text, size, "%ld CPU%s (%s), Linux %s", cpus_then, cpus_then == 1 ? "" : "s",
		 name ? name : "unknown", kernel ? kernel : "unknown");
}

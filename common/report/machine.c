#include "report/machine.h"

#include "report/text.h"

#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/capability.h>
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

static int nothing_held(cap_t caps)
{
	cap_t empty = cap_init();
	int same = empty && cap_compare(caps, empty) == 0;

	cap_free(empty);
	return same;
}

/* What is effective or permitted, in the notation of cap_from_text(3); what an exec would inherit is left out. */
static json_t *capabilities(void)
{
	cap_t caps = cap_get_proc();
	char *text = NULL;
	json_t *string;

	if (!caps)
		return json_string("unknown");
	cap_clear_flag(caps, CAP_INHERITABLE);
	if (!nothing_held(caps))
		text = cap_to_text(caps, NULL);
	string = string_of(text ? text : "none");
	cap_free(text);
	cap_free(caps);
	return string;
}

json_t *machine_record(void)
{
	struct utsname system;
	const char *kernel = uname(&system) == 0 ? system.release : "unknown";

	return json_pack("{so, sI, sI, sI, so}", "kernel", string_of(kernel), "cpus", (json_int_t)cpus(), "page_size",
			 (json_int_t)sysconf(_SC_PAGESIZE), "uid", (json_int_t)getuid(), "capabilities",
			 capabilities());
}

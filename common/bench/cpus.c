#include "bench/cpus.h"

#include "variant.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>

enum { LIST_SIZE = 128 };

static const char *const names[] = {[PLACED_CROSS] = "cross", [PLACED_SAME] = "same", [PLACED_FREE] = "free"};

const char *placing_name(enum placing placing)
{
	return names[placing];
}

bool placing_parse(const char *text, enum placing *placing)
{
	for (int i = PLACED_CROSS; i <= PLACED_FREE; i++)
		if (strcmp(text, names[i]) == 0) {
			*placing = (enum placing)i;
			return true;
		}
	return false;
}

/* The hardware threads of its core, as in "0,4"; "" where the kernel does not tell. A core's number is one of its socket. */
static const char *threads_beside(int cpu, char text[LIST_SIZE])
{
	char path[96];
	FILE *file;

	snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu);
	file = fopen(path, "re");
	if (!file || !fgets(text, LIST_SIZE, file))
		text[0] = '\0';
	if (file)
		fclose(file);
	return text;
}

static bool share_a_core(int cpu, int other)
{
	char one[LIST_SIZE], two[LIST_SIZE];

	return strcmp(threads_beside(cpu, one), threads_beside(other, two)) == 0;
}

/* The first allowed CPU, or the first behind `after`, if possible on another core than that one. */
static int pick(const cpu_set_t *set, int after)
{
	int next = -1;

	for (int cpu = after + 1; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET((size_t)cpu, set))
			continue;
		if (after < 0 || !share_a_core(cpu, after))
			return cpu;
		if (next < 0)
			next = cpu;
	}
	return next;
}

struct cpus cpus_choose(enum placing placing)
{
	struct cpus cpus = {.placing = placing, .of = {-1, -1}, .allowed = 1};
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set) == -1) {
		cpus.placing = PLACED_FREE; /* more CPUs than fit the set */
		cpus.allowed = CPU_SETSIZE;
		return cpus;
	}
	cpus.allowed = CPU_COUNT(&set);
	if (placing == PLACED_CROSS && cpus.allowed < 2)
		cpus.placing = PLACED_SAME;
	if (cpus.placing == PLACED_FREE)
		return cpus;
	cpus.of[0] = pick(&set, -1);
	cpus.of[1] = cpus.placing == PLACED_SAME ? cpus.of[0] : pick(&set, cpus.of[0]);
	return cpus;
}

bool cpus_allow_spinning(const struct cpus *cpus)
{
	return cpus->allowed > 1 && cpus->placing != PLACED_SAME;
}

int cpus_bind(const struct cpus *cpus, int end)
{
	cpu_set_t set;

	if (cpus->of[end] < 0)
		return 0;
	CPU_ZERO(&set);
	CPU_SET((size_t)cpus->of[end], &set);
	return sched_setaffinity(0, sizeof set, &set) == -1 ? call_failed("sched_setaffinity") : 0;
}

#include "bench/cpus.h"

#include "variant.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>

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

/* Two hardware threads of one core share it; -1 where the kernel does not tell. */
static int core_of(int cpu)
{
	char path[96];
	FILE *file;
	int core = -1;

	snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/core_id", cpu);
	file = fopen(path, "re");
	if (file && fscanf(file, "%d", &core) != 1)
		core = -1;
	if (file)
		fclose(file);
	return core;
}

/* The first allowed CPU, or the first behind `after`, if possible on another core than that one. */
static int pick(const cpu_set_t *set, int after)
{
	int next = -1;

	for (int cpu = after + 1; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET((size_t)cpu, set))
			continue;
		if (after < 0 || core_of(cpu) != core_of(after))
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

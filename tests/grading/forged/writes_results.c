/*
 * level: L1
 * at_most: 7 points
 *
 * Results are written wherever a grader may look for them, and into every descriptor that may be open.
 */
#include "variant.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char result[] = "parent_to_child\tpassed\t\tgood\n{\"status\": \"graded\", \"score\": 100.0}\n";
static const char *const folders[] = {"",        "/tmp", "/work", "/work/out", "/work/in", "/autograder/results",
				      "/var/tmp"};
static const char *const files[] = {"results.json", "result.json", "record.json", "report", "r.json", "score"};

static void answer_scatter(void)
{
	char path[128];

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
		for (size_t j = 0; j < sizeof files / sizeof files[0]; j++) {
			snprintf(path, sizeof path, "%s%s%s", folders[i], folders[i][0] ? "/" : "./", files[j]);
			int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
			if (fd != -1 && write(fd, result, strlen(result)) == -1)
				unlink(path);
			if (fd != -1)
				close(fd);
		}
	for (int fd = 3; fd < 1024; fd++)
		if (write(fd, result, strlen(result)) == -1)
			continue;
}

static int answer_setup(struct link *l, size_t size)
{
	answer_scatter();
	l->mem = malloc(size);
	l->size = size;
	return l->mem ? 0 : call_failed("malloc");
}

static void answer_teardown(struct link *l)
{
	free(l->mem);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "malloc(3)",
	.group = PRIVATE_MEMORY,
	.expect = GETS_STALE,
	.setup = answer_setup,
	.teardown = answer_teardown,
};

/*
 * level: L1
 * at_most: 7 points
 *
 * Large files wherever one may write.
 */
#include "variant.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const folders[] = {".", "/tmp", "/var/tmp", "/work", "/work/out"};

static int answer_setup(struct link *l, size_t size)
{
	for (size_t i = 0; i < 10 * sizeof folders / sizeof folders[0]; i++) {
		char path[64];
		snprintf(path, sizeof path, "%s/answer-fill-%zu", folders[i / 10], i);
		int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
		if (fd == -1)
			continue;
		for (int size = 30; size > 12 && posix_fallocate(fd, 0, 1L << size) != 0;)
			size--;
		close(fd);
	}
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

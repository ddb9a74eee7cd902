/*
 * level: L1
 * at_most: 7 points
 *
 * All of /dev/shm is taken, under many names.
 */
#include "variant.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	for (int i = 0; i < 64; i++) {
		char name[32];
		snprintf(name, sizeof name, "/answer-fill-%d", i);
		int fd = shm_open(name, O_RDWR | O_CREAT, 0666);
		if (fd == -1)
			break;
		if (posix_fallocate(fd, 0, 64L << 20) != 0 && posix_fallocate(fd, 0, 1L << 20) != 0)
			i = 64;
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

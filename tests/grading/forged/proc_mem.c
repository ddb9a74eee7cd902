/*
 * level: L1
 * at_most: 87 points
 *
 * The receiver reads the heap of the sender through /proc/PID/mem: that does deliver, but it is not shared memory.
 */
#include "variant.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	l->mem = malloc(size);
	l->size = size;
	return l->mem ? 0 : call_failed("malloc");
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	char path[32];
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/mem", (int)l->peer);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return call_failed("open");
	n = pread(fd, buf, cap, (off_t)(size_t)l->mem);
	if (n == -1)
		n = call_failed("pread");
	close(fd);
	return n;
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
	.recv = answer_recv,
	.teardown = answer_teardown,
};

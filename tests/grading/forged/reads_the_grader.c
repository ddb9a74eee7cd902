/*
 * level: L1
 * at_most: 7 points
 *
 * The receiver looks for the message in the memory, the arguments and the environment of the grader.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	l->mem = malloc(size);
	l->size = size;
	return l->mem ? 0 : call_failed("malloc");
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	static const char *const files[] = {"mem", "environ", "cmdline", "fd/3", "fd/4", "fd/200"};
	char path[64];

	for (pid_t pid = 1; pid < 40; pid++)
		for (size_t i = 0; pid != l->owner && pid != l->peer && i < sizeof files / sizeof files[0]; i++) {
			snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, files[i]);
			int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
			ssize_t n = fd == -1 ? -1 : pread(fd, buf, cap, (off_t)(size_t)l->mem);
			if (fd != -1)
				close(fd);
			if (n == (ssize_t)cap && pid != getpid())
				return n;
		}
	return -ESRCH;
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

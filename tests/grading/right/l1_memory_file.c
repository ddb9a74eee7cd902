/*
 * level: L1
 *
 * A file that is only memory, mapped by both: it has no name that could be left behind.
 */
#define _GNU_SOURCE
#include "variant.h"

#include <sys/mman.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	int fd = memfd_create("answer", MFD_CLOEXEC);
	if (fd == -1)
		return call_failed("memfd_create");
	if (ftruncate(fd, (off_t)size) == -1)
		return call_failed("ftruncate");
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (l->mem == MAP_FAILED) {
		l->mem = NULL;
		return call_failed("mmap");
	}
	l->size = size;
	return 0;
}

static void answer_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "memfd_create(2)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.teardown = answer_teardown,
};

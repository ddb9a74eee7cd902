/*
 * L3 - shared memory with a name, on a good day
 *
 * Have:   a POSIX shared memory object that is opened, mapped and touched. The first touch ends the process.
 * Task:   memory that is there when it is touched, under a name that only this link uses, and that is gone from /dev/shm
 *         when the link is. A second run, and two links at once, must work.
 * Read:   shm_overview(7), shm_open(3), ftruncate(2)
 */
#include "variant.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	int fd = shm_open("/exercise", O_RDWR | O_CREAT, 0600);
	if (fd == -1)
		return call_failed("shm_open");
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
	.title = "my shared memory",
	.man = "shm_open(3)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.teardown = answer_teardown,
};

/*
 * level: L3
 * fails: largest, sanitizers
 * symptom: SIGBUS
 * hint: How large is the object
 *
 * The size of the variable is taken for the size of the message.
 */
#include "variant.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	int fd = shm_open(l->name, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd == -1)
		return call_failed("shm_open");
	if (ftruncate(fd, (off_t)sizeof(size)) == -1) {
		close(fd);
		return call_failed("ftruncate");
	}
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
	shm_unlink(l->name);
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "shm_open(3)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.teardown = answer_teardown,
};

/*
 * level: L1
 * fails: sanitizers
 * symptom: sanitizer
 * hint: sanitizer
 *
 * A copy of the name without room for its last byte: it goes well until somebody looks closely.
 */
#include "variant.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	char *name = malloc(strlen(l->name));
	int fd;

	if (!name)
		return call_failed("malloc");
	strcpy(name, l->name);
	fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	shm_unlink(name);
	free(name);
	if (fd == -1)
		return call_failed("shm_open");
	if (ftruncate(fd, (off_t)size) == -1) {
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

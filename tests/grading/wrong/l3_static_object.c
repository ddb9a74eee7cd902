/*
 * level: L3
 * fails: child_to_parent
 * open: sanitizers
 * symptom: recv() of one link returned a message of the other
 * hint: two links
 *
 * Keeps the name of the first link, and opens it again for the second without O_EXCL: both links are one object.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static char name[64];

static int answer_setup(struct link *l, size_t size)
{
	int fd;
	if (!name[0])
		strcpy(name, l->name);
	fd = shm_open(name, O_CREAT | O_RDWR | O_CLOEXEC, 0666);
	if (fd == -1)
		return call_failed("shm_open");
	if (ftruncate(fd, (off_t)size) == -1)
		return call_failed("ftruncate");
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	l->size = size;
	return l->mem == MAP_FAILED ? call_failed("mmap") : 0;
}

static void answer_teardown(struct link *l)
{
	if (l->mem && l->mem != MAP_FAILED)
		munmap(l->mem, l->size);
	l->mem = NULL;
	shm_unlink(name);
}

const struct variant variant_answer = {.name = "answer",
				       .title = "t",
				       .man = "shm_open(3)",
				       .group = SHARED_MEMORY,
				       .expect = GETS_MESSAGE,
				       .setup = answer_setup,
				       .teardown = answer_teardown};

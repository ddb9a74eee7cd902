/*
 * level: L3
 *
 * Only the size is given before the fork; each end opens the name and maps it for itself.
 */
#include "variant.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int answer_map(struct link *l, enum end end)
{
	struct stat st;
	int fd = shm_open(l->name, O_RDWR, 0);
	if (fd == -1)
		return call_failed("shm_open");
	(void)end;
	if (fstat(fd, &st) == -1) {
		close(fd);
		return call_failed("fstat");
	}
	if (l->mem)
		munmap(l->mem, l->size);
	l->mem = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (l->mem == MAP_FAILED) {
		l->mem = NULL;
		return call_failed("mmap");
	}
	return 0;
}

static int answer_setup(struct link *l, size_t size)
{
	int fd = shm_open(l->name, O_RDWR | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
	if (fd == -1)
		return call_failed("shm_open");
	l->size = size;
	if (ftruncate(fd, (off_t)size) == -1) {
		close(fd);
		return call_failed("ftruncate");
	}
	close(fd);
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
	.attach = answer_map,
	.join = answer_map,
	.teardown = answer_teardown,
};

/*
 * shm_open - a named POSIX shared memory object
 *
 * What:   an object in /dev/shm that any process may open by name and map. It stays until it is unlinked or the machine
 *         restarts.
 * Choose: for shared data between processes that are not related, or that start one after the other.
 * Trap:   a new object has size 0, and touching the mapping before ftruncate() is a SIGBUS. Whoever forgets
 *         shm_unlink() leaves memory behind that no exit frees.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static int shm_open_map(struct link *l, int fd, size_t size)
{
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mem == MAP_FAILED)
		return call_failed("mmap");
	l->mem = mem;
	l->size = size;
	return 0;
}

/* Unlike ftruncate() alone this also takes the memory: a full /dev/shm is an error here and no SIGBUS later. */
static int shm_open_size(int fd, size_t size)
{
	errno = posix_fallocate(fd, 0, (off_t)size);
	return errno ? call_failed("posix_fallocate") : 0;
}

static int shm_open_setup(struct link *l, size_t size)
{
	int result;
	int fd = shm_open(l->name, O_RDWR | O_CREAT | O_EXCL, 0600); /* glibc and musl add O_CLOEXEC */
	if (fd == -1)
		return call_failed("shm_open");
	result = shm_open_size(fd, size);
	if (result == 0)
		result = shm_open_map(l, fd, size);
	close(fd); /* the mapping stays */
	return result;
}

static int shm_open_join(struct link *l, enum end end)
{
	int result;
	int fd = shm_open(l->name, O_RDWR, 0);
	if (fd == -1)
		return call_failed("shm_open");
	(void)end;
	result = shm_open_map(l, fd, l->size);
	close(fd);
	return result;
}

static void shm_open_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, l->size);
	l->mem = NULL;
	shm_unlink(l->name);
}

const struct variant variant_shm_open = {
	.name = "shm_open",
	.title = "named POSIX shared memory",
	.man = "shm_overview(7)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = shm_open_setup,
	.join = shm_open_join,
	.teardown = shm_open_teardown,
};

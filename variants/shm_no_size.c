/*
 * shm_no_size - a POSIX shared memory object without ftruncate()
 *
 * What:   shm_open() makes an object of 0 bytes. mmap() of any length succeeds all the same, because a file may grow
 *         later; the first touch beyond its end is a SIGBUS.
 * Choose: never. Call ftruncate() once, in the process that creates the object, before anyone maps it.
 * Trap:   every call returns success and the program dies in a plain memory access. The same happens when a reader
 *         maps before the creator has set the size, or when someone shortens the object later.
 */
#include "variant.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static int shm_no_size_setup(struct link *l, size_t size)
{
	int fd = shm_open(l->name, O_RDWR | O_CREAT | O_EXCL, 0600); /* glibc and musl add O_CLOEXEC */
	if (fd == -1)
		return call_failed("shm_open");
	l->size = size;
	close(fd);
	return 0;
}

static int shm_no_size_attach(struct link *l, enum end end)
{
	void *mem;
	int result;
	int fd = shm_open(l->name, O_RDWR, 0);
	if (fd == -1)
		return call_failed("shm_open");
	(void)end;
	mem = mmap(NULL, l->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	result = mem == MAP_FAILED ? call_failed("mmap") : 0;
	if (result == 0)
		l->mem = mem;
	close(fd); /* the mapping stays */
	return result;
}

static void shm_no_size_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, l->size);
	l->mem = NULL;
	shm_unlink(l->name);
}

const struct variant variant_shm_no_size = {
	.name = "shm_no_size",
	.title = "shared memory without a size",
	.man = "shm_open(3)",
	.group = PRIVATE_MEMORY,
	.expect = GETS_CRASH,
	.setup = shm_no_size_setup,
	.attach = shm_no_size_attach,
	.join = shm_no_size_attach,
	.teardown = shm_no_size_teardown,
};

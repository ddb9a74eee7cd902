/*
 * dev_zero - a shared mapping of /dev/zero
 *
 * What:   mapping /dev/zero with MAP_SHARED makes a new piece of shared memory, full of zeros, that children inherit.
 *         It is what MAP_SHARED | MAP_ANONYMOUS does inside, spelled the older way.
 * Choose: when porting to a Unix without MAP_ANONYMOUS; otherwise take the anonymous mapping.
 * Trap:   each mmap() is an object of its own: two processes that open /dev/zero after fork() share nothing, although
 *         it is the same file.
 */
#include "variant.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static int dev_zero_map(struct link *l, int fd, size_t size)
{
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mem == MAP_FAILED)
		return call_failed("mmap");
	l->mem = mem;
	l->size = size;
	return 0;
}

static int dev_zero_setup(struct link *l, size_t size)
{
	int result;
	int fd = open("/dev/zero", O_RDWR | O_CLOEXEC);
	if (fd == -1)
		return call_failed("open");
	result = dev_zero_map(l, fd, size);
	close(fd); /* the mapping stays */
	return result;
}

static void dev_zero_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_dev_zero = {
	.name = "dev_zero",
	.title = "shared mapping of /dev/zero",
	.man = "zero(4)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = dev_zero_setup,
	.teardown = dev_zero_teardown,
};

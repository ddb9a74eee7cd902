/*
 * mmap_after_fork - a shared mapping that each process makes for itself, too late
 *
 * What:   MAP_SHARED | MAP_ANONYMOUS shares with the children of the process that maps it, from then on. Two
 *         processes that both call it after fork() get two unrelated objects, each full of zeros.
 * Choose: never to communicate. Map before fork(), or give the memory a name or a descriptor that both can open.
 * Trap:   the flag says "shared" and both may see the same address (here on purpose). The order of the calls decides;
 *         a name such as shm_open(3) takes, or a descriptor, is what ties two mappings together.
 */
#include "variant.h"

#include <sys/mman.h>

static int mmap_after_fork_map(struct link *l, size_t size, int flags)
{
	void *mem = mmap(l->mem, size, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);
	if (mem == MAP_FAILED)
		return call_failed("mmap");
	l->mem = mem;
	l->size = size;
	return 0;
}

static int mmap_after_fork_setup(struct link *l, size_t size)
{
	return mmap_after_fork_map(l, size, MAP_PRIVATE); /* only keeps the same place free in both */
}

static int mmap_after_fork_attach(struct link *l, enum end end)
{
	(void)end;
	return mmap_after_fork_map(l, l->size, MAP_SHARED | MAP_FIXED);
}

static void mmap_after_fork_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_mmap_after_fork = {
	.name = "mmap_after_fork",
	.title = "shared mapping made after fork",
	.man = "mmap(2)",
	.group = PRIVATE_MEMORY,
	.expect = GETS_ZEROS,
	.setup = mmap_after_fork_setup,
	.attach = mmap_after_fork_attach,
	.teardown = mmap_after_fork_teardown,
};

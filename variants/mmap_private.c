/*
 * mmap_private - an anonymous private mapping made before fork()
 *
 * What:   MAP_PRIVATE is the memory that malloc() itself hands out for large blocks: fork() copies it, page by page,
 *         on the first write of either side.
 * Choose: never to communicate. It is right for page-aligned scratch memory of one process.
 * Trap:   the call looks like the one that works: a single flag, MAP_SHARED, separates this row from mmap_shared.
 */
#include "variant.h"

#include <sys/mman.h>

static int mmap_private_setup(struct link *l, size_t size)
{
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED)
		return call_failed("mmap");
	l->mem = mem;
	l->size = size;
	return 0;
}

static void mmap_private_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_mmap_private = {
	.name = "mmap_private",
	.title = "anonymous private mapping",
	.man = "mmap(2)",
	.group = PRIVATE_MEMORY,
	.expect = GETS_STALE,
	.setup = mmap_private_setup,
	.teardown = mmap_private_teardown,
};

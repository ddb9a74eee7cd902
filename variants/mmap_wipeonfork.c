/*
 * mmap_wipeonfork - private memory that the child finds filled with zeros
 *
 * What:   MADV_WIPEONFORK lets the child of fork() have the mapping at the same address, but empty. The parent keeps
 *         its bytes. Nothing is shared.
 * Choose: for what a child must not inherit although it may use the place again: keys, the state of a random number
 *         generator, caches. Not to communicate.
 * Trap:   only the child is wiped, and only on fork: a thread still sees the bytes. Zeros look like "no message yet",
 *         so a reader that waits for them to change waits for ever.
 */
#include "variant.h"

#include <sys/mman.h>

static int mmap_wipeonfork_setup(struct link *l, size_t size)
{
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED)
		return call_failed("mmap");
	l->mem = mem;
	l->size = size;
	if (madvise(mem, size, MADV_WIPEONFORK) == -1)
		return call_failed("madvise");
	return 0;
}

static void mmap_wipeonfork_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_mmap_wipeonfork = {
	.name = "mmap_wipeonfork",
	.title = "private mapping wiped on fork",
	.man = "madvise(2)",
	.group = PRIVATE_MEMORY,
	.expect = GETS_ZEROS,
	.setup = mmap_wipeonfork_setup,
	.teardown = mmap_wipeonfork_teardown,
};

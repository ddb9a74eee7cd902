/*
 * mmap_dontfork - memory that the child does not get at all
 *
 * What:   MADV_DONTFORK leaves the mapping out of the child's address space. The parent's pointer is copied by
 *         fork(), but in the child nothing is mapped there and touching it is a SIGSEGV.
 * Choose: for buffers that a device reads or writes by physical address, which copy-on-write would move away, and for
 *         memory that no child needs. Not to communicate.
 * Trap:   it also takes effect on MAP_SHARED mappings, so the advice turns working shared memory into a crash in the
 *         child only. MADV_DOFORK takes it back.
 */
#include "variant.h"

#include <sys/mman.h>

static int mmap_dontfork_setup(struct link *l, size_t size)
{
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED)
		return call_failed("mmap");
	l->mem = mem;
	l->size = size;
	if (madvise(mem, size, MADV_DONTFORK) == -1)
		return call_failed("madvise");
	return 0;
}

static void mmap_dontfork_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_mmap_dontfork = {
	.name = "mmap_dontfork",
	.title = "mapping left out by fork",
	.man = "madvise(2)",
	.group = PRIVATE_MEMORY,
	.expect = GETS_CRASH,
	.setup = mmap_dontfork_setup,
	.teardown = mmap_dontfork_teardown,
};

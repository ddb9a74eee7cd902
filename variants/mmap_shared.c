/*
 * mmap_shared - an anonymous shared mapping made before fork()
 *
 * What:   MAP_SHARED keeps one set of physical pages that fork() hands to both processes, so a write on one side is
 *         seen on the other without another system call.
 * Choose: for large or random-access data between a parent and its children; the smallest change to a program that
 *         wrongly used malloc().
 * Trap:   nothing tells the reader that the data is there or complete. Add a semaphore, a futex or a pipe for that,
 *         and note that the mapping is lost on execve(2) and no unrelated process can join.
 */
#include "variant.h"

#include <sys/mman.h>

static int mmap_shared_setup(struct link *l, size_t size)
{
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED)
		return call_failed("mmap");
	l->mem = mem;
	l->size = size;
	return 0;
}

static void mmap_shared_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_mmap_shared = {
	.name = "mmap_shared",
	.title = "anonymous shared mapping",
	.man = "mmap(2)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = mmap_shared_setup,
	.teardown = mmap_shared_teardown,
};

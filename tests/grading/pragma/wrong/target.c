/*
 * level: L1
 * fails: build
 * symptom: cannot be seen
 * hint: compiler
 *
 * gcc -E does not define the macros of other options than those it was given, the compiler does.
 */
#pragma GCC push_options
#pragma GCC target("avx2")
#ifdef __AVX2__
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#endif
#pragma GCC pop_options
#include "variant.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static int setup(struct link *l, size_t size)
{
	int unused_one;
	size_t huge = 2 * 1024 * 1024, len = (size + huge - 1) / huge * huge;
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	if (p == MAP_FAILED) {
		int fd = memfd_create("box", MFD_CLOEXEC | MFD_ALLOW_SEALING);
		if (fd == -1)
			return call_failed("memfd_create");
		if (ftruncate(fd, (off_t)len) == -1 ||
		    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == -1) {
			int error = call_failed("ftruncate");
			close(fd);
			return error;
		}
		p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		close(fd);
		if (p == MAP_FAILED)
			return call_failed("mmap");
		madvise(p, len, MADV_HUGEPAGE);
	}
	l->mem = p;
	l->size = size;
	return 0;
}

static void teardown(struct link *l)
{
	int unused_one;
	size_t huge = 2 * 1024 * 1024;
	if (l->mem)
		munmap(l->mem, (l->size + huge - 1) / huge * huge);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "memfd_create(2)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = setup,
	.teardown = teardown,
};

/*
 * level: L1
 *
 * The size is rounded up to a power of two by functions of <math.h>, which are in a library of their own.
 */
#include "variant.h"

#include <math.h>
#include <sys/mman.h>

static int answer_setup(struct link *l, size_t size)
{
	size = (size_t)exp2(ceil(log2((double)size)));
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (l->mem == MAP_FAILED)
		return call_failed("mmap");
	l->size = size;
	return 0;
}

static void answer_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "mmap(2)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.teardown = answer_teardown,
};

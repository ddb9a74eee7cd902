/*
 * level: L1
 *
 * The pages are there from setup() on, but nobody may touch them until attach(): then the receiver may only read them.
 */
#include "variant.h"

#include <sys/mman.h>

static int answer_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (l->mem == MAP_FAILED) {
		l->mem = NULL;
		return call_failed("mmap");
	}
	l->size = size;
	return 0;
}

static int answer_attach(struct link *l, enum end end)
{
	int may = end == SENDER ? PROT_READ | PROT_WRITE : PROT_READ;
	return mprotect(l->mem, l->size, may) == -1 ? call_failed("mprotect") : 0;
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
	.man = "mprotect(2)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.attach = answer_attach,
	.teardown = answer_teardown,
};

/*
 * level: L1
 * fails: parent_to_child
 * open: rest
 * symptom: zeros
 * hint: written to the memory
 *
 * The mapping is shared, but each process makes one of its own after fork().
 */
#include "variant.h"

#include <sys/mman.h>

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	return 0;
}

static int answer_attach(struct link *l, enum end end)
{
	size_t size = l->size;
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED)
		return call_failed("mmap");
	(void)end;
	l->mem = mem;
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
	.attach = answer_attach,
	.teardown = answer_teardown,
};

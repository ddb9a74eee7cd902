/*
 * level: L1
 * fails: parent_to_child
 * open: rest
 * symptom: link.size is 0
 * hint: how large your memory is
 *
 * link.size is never set.
 */
#include "variant.h"

#include <sys/mman.h>

static int answer_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (l->mem == MAP_FAILED)
		return call_failed("mmap");
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

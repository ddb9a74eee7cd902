/*
 * level: L1
 * fails: parent_to_child
 * open: rest
 * symptom: link.mem is NULL
 * hint: where your memory is
 *
 * The mapping is kept in a variable of its own, and link.mem is never set.
 */
#include "variant.h"

#include <sys/mman.h>

static void *memory;

static int answer_setup(struct link *l, size_t size)
{
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	l->size = size;
	if (memory == MAP_FAILED)
		return call_failed("mmap");
	return 0;
}

static void answer_teardown(struct link *l)
{
	munmap(memory, l->size);
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

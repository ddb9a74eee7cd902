/*
 * level: L1
 * fails: build
 * symptom: warning
 * hint: What does the compiler say
 *
 * It works, and the compiler had something to say.
 */
#include "variant.h"

#include <sys/mman.h>

static int answer_setup(struct link *l, size_t size)
{
	int pages = (int)size / 4096;
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED)
		return call_failed("mmap");
	l->mem = mem;
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

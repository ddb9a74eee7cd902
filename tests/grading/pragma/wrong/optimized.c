/*
 * level: L1
 * fails: build
 * symptom: #pragma GCC diagnostic ignored
 * hint: compiler
 *
 * The pragma is there only when the answer is compiled with optimization.
 */
#ifdef __OPTIMIZE__
#pragma GCC diagnostic ignored "-Wunused-variable"
#endif
#include "variant.h"

#include <stdlib.h>
#include <sys/mman.h>

static int answer_setup(struct link *l, size_t size)
{
	int unused = 1;
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

const struct variant variant_answer = {.name = "answer", .setup = answer_setup, .teardown = answer_teardown};

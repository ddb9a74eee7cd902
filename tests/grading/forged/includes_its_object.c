/*
 * level: L1
 * at_most: 97 points
 * fails: build
 * symptom: diagnostic ignored
 *
 * The warning is hidden from the compiler, and shown where the object of the first reading lies: its text is C as well.
 */
#if __has_include("/work/out/answer.o")
#include "/work/out/answer.o"
#elif __has_include("../out/answer.o")
#include "../out/answer.o"
#endif
#ifndef SEEN
#pragma GCC diagnostic ignored "-Wunused-variable"
#endif
#include "variant.h"

#include <sys/mman.h>

const char answer_text[] = "\n#define SEEN 1\n";
static int answer_unused;

static int answer_setup(struct link *l, size_t size)
{
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

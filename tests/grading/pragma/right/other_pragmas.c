/*
 * level: L1
 *
 * Pragmas that hide nothing, headers that have some of their own, and words that only look so: in a text,
 * #pragma GCC diagnostic ignored "-Wall", or in a string.
 */
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wall"
#line 12
#include <ctype.h>
#include <immintrin.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#pragma GCC diagnostic pop

static const char text[] __attribute__((unused)) = "#pragma GCC diagnostic ignored"
						   "R"
						   "(FOR"
						   "(";
#include "variant.h"

#include <stdlib.h>
#include <sys/mman.h>

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

const struct variant variant_answer = {.name = "answer", .setup = answer_setup, .teardown = answer_teardown};

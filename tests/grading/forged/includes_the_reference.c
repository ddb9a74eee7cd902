/*
 * level: L1
 * at_most: 7 points
 *
 * The reference is included, if it can be found.
 */
#include "variant.h"

#if __has_include("mmap_shared.c")
#define variant_mmap_shared variant_answer
#include "mmap_shared.c"
#elif __has_include("../variants/mmap_shared.c")
#define variant_mmap_shared variant_answer
#include "../variants/mmap_shared.c"
#elif __has_include("/work/variants/mmap_shared.c")
#define variant_mmap_shared variant_answer
#include "/work/variants/mmap_shared.c"
#else
#include <stdlib.h>

static int answer_setup(struct link *l, size_t size)
{
	l->mem = malloc(size);
	l->size = size;
	return l->mem ? 0 : call_failed("malloc");
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "malloc(3)",
	.group = PRIVATE_MEMORY,
	.expect = GETS_STALE,
	.setup = answer_setup,
};
#endif

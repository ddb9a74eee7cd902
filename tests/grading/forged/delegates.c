/*
 * level: L1
 * at_most: 7 points
 *
 * If a row of the kit is linked in, it does the work.
 */
#include "variant.h"

#include <errno.h>

extern const struct variant variant_mmap_shared __attribute__((weak));
extern const struct variant variant_shm_open __attribute__((weak));

static const struct variant *answer_real(void)
{
	return &variant_mmap_shared ? &variant_mmap_shared : &variant_shm_open;
}

static int answer_setup(struct link *l, size_t size)
{
	return answer_real() ? answer_real()->setup(l, size) : -ENOSYS;
}

static void answer_teardown(struct link *l)
{
	if (answer_real())
		answer_real()->teardown(l);
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

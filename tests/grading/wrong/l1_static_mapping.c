/*
 * level: L1
 * fails: child_to_parent
 * open: sanitizers
 * symptom: recv() of one link returned a message of the other
 * hint: two links
 *
 * The mapping is a static variable: both links lie in the same memory, and what one sends overwrites the message of the
 * other.
 */
#include "variant.h"

#include <errno.h>
#include <sys/mman.h>

static void *shared;

static int answer_setup(struct link *l, size_t size)
{
	if (!shared)
		shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return call_failed("mmap");
	l->mem = shared;
	l->size = size;
	return 0;
}

static void answer_teardown(struct link *l)
{
	if (shared)
		munmap(shared, l->size);
	shared = NULL;
	l->mem = NULL;
}

const struct variant variant_answer = {.name = "answer",
				       .title = "t",
				       .man = "mmap(2)",
				       .group = SHARED_MEMORY,
				       .expect = GETS_MESSAGE,
				       .setup = answer_setup,
				       .teardown = answer_teardown};

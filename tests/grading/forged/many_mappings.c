/*
 * level: L1
 * at_most: 87 points
 * fails: mechanism
 * symptom: more than can be looked through
 *
 * A right one, with more shared mappings than anybody can look through.
 */
#include "variant.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
static int answer_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	l->size = size;
	return l->mem == MAP_FAILED ? call_failed("mmap") : 0;
}
static int answer_attach(struct link *l, enum end end)
{
	(void)end, (void)l;
	for (int i = 0; i < 20000; i++)
		if (mmap(NULL, 1, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
			break;
	return 0;
}
static void answer_teardown(struct link *l)
{
	munmap(l->mem, l->size);
}
const struct variant variant_answer = {.name = "answer",
				       .title = "an answer",
				       .man = "mmap(2)",
				       .group = SHARED_MEMORY,
				       .setup = answer_setup,
				       .attach = answer_attach,
				       .teardown = answer_teardown};

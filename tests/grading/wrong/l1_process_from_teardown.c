/*
 * level: L1
 * fails: no_leak
 * symptom: a process that was started is still there after teardown()
 * hint: Which process that you started
 *
 * teardown() starts a process that nobody ends.
 */
#include "variant.h"

#include <sys/mman.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (l->mem == MAP_FAILED) {
		l->mem = NULL;
		return call_failed("mmap");
	}
	l->size = size;
	return 0;
}

static void answer_teardown(struct link *l)
{
	if (!l->mem)
		return;
	if (fork() == 0)
		for (;;)
			pause();
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

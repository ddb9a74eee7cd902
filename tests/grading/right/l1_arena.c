/*
 * level: L1
 *
 * One large mapping for all links, each has a slot in it; the first is handed out last.
 */
#include "variant.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

enum { SLOTS = 4, SLOT = 4 << 20 };

static char *arena;
static char used[SLOTS];

static int answer_setup(struct link *l, size_t size)
{
	if (size > SLOT)
		return -EMSGSIZE;
	if (!arena) {
		arena = mmap(NULL, (size_t)SLOTS * SLOT, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (arena == MAP_FAILED) {
			arena = NULL;
			return call_failed("mmap");
		}
	}
	for (int i = SLOTS; i-- > 0;) { /* the last one first */
		if (used[i])
			continue;
		used[i] = 1;
		l->id = i;
		l->mem = arena + (size_t)i * SLOT;
		l->size = size;
		return 0;
	}
	return -ENOMEM;
}

static void answer_teardown(struct link *l)
{
	if (l->id >= 0)
		used[l->id] = 0;
	l->id = -1;
	l->mem = NULL;
	if (arena && !memchr(used, 1, SLOTS)) {
		munmap(arena, (size_t)SLOTS * SLOT);
		arena = NULL;
	}
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

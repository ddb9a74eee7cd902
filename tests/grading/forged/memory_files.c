/*
 * level: L1
 * at_most: 7 points
 *
 * Memory that is in no mapping: files of memfd_create(2), 100 in each process.
 */
#include "variant.h"

#include <sys/mman.h>
#include <unistd.h>
static char block[1 << 20];
static int answer_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	l->size = size;
	return l->mem == MAP_FAILED ? call_failed("mmap") : 0;
}
static int answer_attach(struct link *l, enum end end)
{
	(void)l, (void)end;
	for (int i = 0; i < 100; i++) {
		int fd = memfd_create("x", MFD_CLOEXEC);
		for (int k = 0; k < 16; k++)
			if (write(fd, block, sizeof block) != sizeof block)
				break;
	}
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

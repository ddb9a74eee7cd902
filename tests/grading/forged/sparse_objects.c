/*
 * level: L1
 * at_most: 100 points
 *
 * A right one that makes thousands of sparse objects, which would take long to read, and leaves them. That costs points
 * but where nobody sees whose they are: an ordinary user's without namespaces.
 */
#include "variant.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
static int answer_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	l->size = size;
	if (l->mem == MAP_FAILED)
		return call_failed("mmap");
	for (int i = 0; i < 20000; i++) {
		char p[64];
		snprintf(p, sizeof p, "/dev/shm/x%d.%d", i, (int)getpid());
		int fd = open(p, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
		if (fd == -1 || ftruncate(fd, 16 << 20) == -1)
			break;
		close(fd);
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
				       .teardown = answer_teardown};

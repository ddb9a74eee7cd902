/*
 * level: L1
 * at_most: 10 points
 *
 * Two descriptors are left open, in a thread that has descriptors of its own and never ends.
 */
#include "variant.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>
static char stack[65536] __attribute__((aligned(16)));
static int stay(void *x)
{
	for (;;)
		pause();
	return x != NULL;
}
static int answer_setup(struct link *l, size_t size)
{
	int fd = memfd_create("leak", 0), other = open("/etc/passwd", O_RDONLY);
	sigset_t all, old;
	if (fd == -1 || ftruncate(fd, (off_t)size) == -1)
		return call_failed("memfd_create");
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (l->mem == MAP_FAILED)
		return call_failed("mmap");
	l->size = size;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	if (clone(stay, stack + sizeof stack, CLONE_VM | CLONE_FS | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM,
		  NULL) == -1)
		return call_failed("clone");
	sigprocmask(SIG_SETMASK, &old, NULL);
	close(fd);
	close(other);
	return 0;
}
static void answer_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, l->size);
}
const struct variant variant_answer = {.name = "answer",
				       .title = "t",
				       .man = "x(2)",
				       .group = SHARED_MEMORY,
				       .expect = GETS_MESSAGE,
				       .setup = answer_setup,
				       .teardown = answer_teardown};

/*
 * level: L1
 * at_most: 100 points
 *
 * A right one that becomes a copy of its program which nobody may read, and so closes its memory to its own user. That costs
 * points where the grader has no rights over the answer, and is no failure of the grader.
 */
#include "variant.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static const char again[] = "again";

static int copy_of(const char *path)
{
	int from = open(path, O_RDONLY | O_CLOEXEC), to = memfd_create(again, 0);
	struct stat st;

	if (from == -1 || to == -1 || fstat(from, &st) == -1)
		return -1;
	for (off_t at = 0; at < st.st_size;)
		if (sendfile(to, from, &at, (size_t)(st.st_size - at)) <= 0)
			return -1;
	close(from);
	return fchmod(to, 0111) == -1 ? -1 : to;
}

/* libc gives constructors the arguments of main(). */
static void __attribute__((constructor)) answer_copies(int argc, char **argv)
{
	char path[32];
	int fd;

	if (argc < 2 || strcmp(argv[0], again) == 0) {
		close(STDERR_FILENO + 1); /* the copy */
		return;
	}
	fd = copy_of("/proc/self/exe");
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	argv[0] = (char *)again;
	if (fd != -1)
		execv(path, argv);
}

static int answer_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	l->size = size;
	if (l->mem == MAP_FAILED)
		return call_failed("mmap");
	return 0;
}

static void answer_teardown(struct link *l)
{
	if (l->mem && l->mem != MAP_FAILED)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "memfd_create(2)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.teardown = answer_teardown,
};

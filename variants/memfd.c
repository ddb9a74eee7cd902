/*
 * memfd - shared memory behind a descriptor, without a name
 *
 * What:   memfd_create() makes a file that lives in memory and in no directory. A child inherits the descriptor,
 *         across execve(2) too; others get it over a socket or through /proc/PID/fd. The last close frees it.
 * Choose: for shared memory that must survive exec or be handed to chosen processes, and that no crash leaves behind.
 * Trap:   it starts with size 0 like shm_open(3). Whoever holds the descriptor can also shrink it, which is a SIGBUS
 *         for the others, unless F_SEAL_SHRINK was set first.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int memfd_map(struct link *l, size_t size)
{
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, l->fd[0], 0);
	if (mem == MAP_FAILED)
		return call_failed("mmap");
	l->mem = mem;
	l->size = size;
	return 0;
}

static int memfd_setup(struct link *l, size_t size)
{
	int fd = memfd_create(l->name + 1, MFD_CLOEXEC);
	if (fd == -1)
		return call_failed("memfd_create");
	l->fd[0] = l->fd[1] = fd;
	if (ftruncate(fd, (off_t)size) == -1)
		return call_failed("ftruncate");
	return memfd_map(l, size);
}

/* The same number, or the same pid in another namespace, may lead to another file; the name given above tells. */
static bool memfd_is_called(const struct link *l, bool otherwise)
{
	char path[40], target[LINK_NAME_SIZE + 40] = "";

	snprintf(path, sizeof(path), "/proc/self/fd/%d", l->fd[0]);
	return readlink(path, target, sizeof(target) - 1) == -1 ? otherwise : strstr(target, l->name + 1) != NULL;
}

static int memfd_join(struct link *l, enum end end)
{
	char path[40];

	(void)end;
	if (!memfd_is_called(l, false)) { /* not inherited */
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)l->owner, l->fd[0]);
		l->fd[0] = l->fd[1] = open(path, O_RDWR | O_CLOEXEC);
		if (l->fd[0] == -1)
			return call_failed("open");
		errno = memfd_is_called(l, true) ? 0 : ENOENT;
		if (errno)
			return call_failed("open");
	}
	return memfd_map(l, l->size);
}

static void memfd_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, l->size);
	l->mem = NULL;
	if (l->fd[0] != -1)
		close(l->fd[0]);
	l->fd[0] = l->fd[1] = -1;
}

const struct variant variant_memfd = {
	.name = "memfd",
	.title = "nameless memory file",
	.man = "memfd_create(2)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = memfd_setup,
	.join = memfd_join,
	.teardown = memfd_teardown,
};

/*
 * mmap_file - a regular file mapped by both
 *
 * What:   MAP_SHARED on a file maps its pages in the page cache. All who map it see the same pages, and read(2) sees
 *         them too; the kernel writes them to the disk later.
 * Choose: for shared data that should outlive the processes, or files too large to read whole.
 * Trap:   ftruncate() only promises the space: storing into a hole on a full disk is a SIGBUS. The bytes are safe
 *         from a power cut only after msync(2).
 */
#include "variant.h"

#include "transfer.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static int mmap_file_map(struct link *l, int fd, size_t size)
{
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mem == MAP_FAILED)
		return call_failed("mmap");
	l->mem = mem;
	l->size = size;
	return 0;
}

static int mmap_file_setup(struct link *l, size_t size)
{
	int result;
	int fd = open(link_path(l).text, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return call_failed("open");
	result = ftruncate(fd, (off_t)size) == -1 ? call_failed("ftruncate") : mmap_file_map(l, fd, size);
	close(fd); /* the mapping stays */
	return result;
}

static int mmap_file_join(struct link *l, enum end end)
{
	int result;
	int fd = open(link_path(l).text, O_RDWR | O_CLOEXEC);
	if (fd == -1)
		return call_failed("open");
	(void)end;
	result = mmap_file_map(l, fd, l->size);
	close(fd);
	return result;
}

static void mmap_file_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, l->size);
	l->mem = NULL;
	unlink(link_path(l).text);
}

const struct variant variant_mmap_file = {
	.name = "mmap_file",
	.title = "mapped regular file",
	.man = "mmap(2)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = mmap_file_setup,
	.join = mmap_file_join,
	.teardown = mmap_file_teardown,
};

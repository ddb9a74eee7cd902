/*
 * level: L3
 * at_most: 90 points
 * fails: mechanism
 * symptom: /dev/zero
 *
 * Memory without a name carries the message; a file with a path so long that the list of mappings cannot be read line by line
 * has an end that looks like a line of its own: that memory, as an object of shm_open(3).
 */
#include "variant.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	NAME = 200,
	LINE = 438, /* where in the path a line of 512 bytes, with what stands in front of it, is full */
};

/* The folders of a path, one in the other: all are made, or all are removed. */
static void for_all_folders(char *path, bool make)
{
	for (char *end = path + 1; make && (end = strchr(end, '/')); *end++ = '/') {
		*end = '\0';
		mkdir(path, 0700);
	}
	for (char *end; !make && (end = strrchr(path, '/')) && end > path;) {
		*end = '\0';
		if (rmdir(path) == -1)
			break;
	}
}

static void build_path(char *path, const struct link *l)
{
	char *at = path + sprintf(path, "/tmp");

	while (at < path + LINE) {
		size_t left = (size_t)(path + LINE - at), n = left > NAME ? NAME : left;
		*at = '/';
		memset(at + 1, 'a', n - 1);
		at += n;
	}
	sprintf(at, "%lx-%lx rw-s 00000000 00:01 77 /dev/shm/x", (unsigned long)l->mem,
		(unsigned long)l->mem + l->size);
}

static int forge(const struct link *l)
{
	char path[1024];
	int fd, error = 0;

	build_path(path, l);
	for_all_folders(path, true);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1)
		return call_failed("open");
	if (ftruncate(fd, 1) == -1 || mmap(NULL, 1, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED)
		error = call_failed("mmap");
	close(fd);
	unlink(path);
	for_all_folders(path, false);
	return error;
}

static int answer_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	l->size = size;
	if (l->mem == MAP_FAILED)
		return call_failed("mmap");
	return forge(l);
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
	.man = "mmap(2)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.teardown = answer_teardown,
};

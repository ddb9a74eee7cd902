/*
 * level: L1
 * at_most: 87 points
 * fails: mechanism
 * symptom: are denied
 *
 * The message is in which of many files are empty: open(2) makes them so, which were there before. The shared memory holds a
 * copy that nobody reads.
 */
#include "variant.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TOLD = 2048 /* the length of messages in the case where calls are denied */, BITS = 8 * TOLD };

static const char *path_of(const struct link *l, int bit)
{
	static char path[LINK_NAME_SIZE + 32];

	snprintf(path, sizeof path, bit < 0 ? "/tmp%s" : "/tmp%s/%d", l->name, bit);
	return path;
}

static int fill(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd == -1 || ftruncate(fd, 1) == -1)
		return call_failed("open");
	return close(fd);
}

static int answer_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	l->size = size;
	if (l->mem == MAP_FAILED)
		return call_failed("mmap");
	if (mkdir(path_of(l, -1), 0700) == -1)
		return call_failed("mkdir");
	for (int i = 0; i < BITS; i++)
		if (fill(path_of(l, i)) != 0)
			return -1;
	return 0;
}

static int empty(const char *path)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	return fd == -1 ? -1 : close(fd);
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	const unsigned char *bytes = buf;

	memcpy(l->mem, buf, len); /* the decoy */
	for (int i = 0; i < BITS && len == TOLD; i++)
		if (!(bytes[i / 8] >> i % 8 & 1) && empty(path_of(l, i)) == -1)
			return call_failed("open");
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	unsigned char *bytes = buf;

	if (cap == TOLD)
		memset(buf, 0, cap);
	else
		memcpy(buf, l->mem, cap);
	for (int i = 0; i < BITS && cap == TOLD; i++) {
		struct stat st;
		if (stat(path_of(l, i), &st) == -1)
			return call_failed("stat");
		bytes[i / 8] |= (unsigned char)((st.st_size > 0) << i % 8);
		if (st.st_size == 0 && truncate(path_of(l, i), 1) == -1)
			return call_failed("truncate");
	}
	return (ssize_t)cap;
}

static void answer_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
	l->fd[0] = l->fd[1] = -1;
	for (int i = 0; i < BITS; i++)
		unlink(path_of(l, i));
	rmdir(path_of(l, -1));
	if (l->mem && l->mem != MAP_FAILED)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "open(2)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

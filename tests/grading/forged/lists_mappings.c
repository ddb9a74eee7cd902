/*
 * level: L1
 * at_most: 87 points
 * fails: mechanism
 * symptom: are denied
 *
 * The message is in which pages the sender has mapped: the receiver lists them in /proc. The shared memory holds a copy that
 * nobody reads.
 */
#include "variant.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, TOLD = 2048 /* the length of messages in the case where calls are denied */, BITS = 8 * TOLD };

/* Far from everything else; those that stand for two bits do not touch. */
static char *place_of(size_t bit)
{
	return (char *)0x300000000000 + bit * 2 * PAGE;
}

static int answer_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	l->size = size;
	if (l->mem == MAP_FAILED)
		return call_failed("mmap");
	return (l->id = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)) == -1 ? call_failed("open") : 0;
}

static int map_bits(int fd, const unsigned char *bytes)
{
	munmap(place_of(0), (size_t)BITS * 2 * PAGE);
	for (size_t i = 0; i < BITS; i++)
		if (bytes[i / 8] >> i % 8 & 1 &&
		    mmap(place_of(i), PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0) == MAP_FAILED)
			return call_failed("mmap");
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	int error = len == TOLD ? map_bits(l->id, buf) : 0;

	memcpy(l->mem, buf, len); /* the decoy */
	return error ? error : (ssize_t)len;
}

static void look_at_bits(pid_t pid, unsigned char *bytes)
{
	char path[64];
	DIR *d;

	memset(bytes, 0, TOLD);
	snprintf(path, sizeof path, "/proc/%d/map_files", (int)pid);
	d = opendir(path);
	for (struct dirent *e; d && (e = readdir(d));) {
		size_t i = (strtoul(e->d_name, NULL, 16) - (unsigned long)place_of(0)) / (2 * PAGE);
		if (i < BITS)
			bytes[i / 8] |= (unsigned char)(1 << i % 8);
	}
	if (d)
		closedir(d);
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	if (cap == TOLD)
		look_at_bits(l->peer, buf);
	else
		memcpy(buf, l->mem, cap);
	return (ssize_t)cap;
}

static void answer_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
	l->fd[0] = l->fd[1] = -1;
	if (l->id != -1)
		close(l->id);
	l->id = -1;
	if (l->mem && l->mem != MAP_FAILED)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "readdir(3)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

/*
 * level: L1
 * at_most: 87 points
 * fails: mechanism
 * symptom: are denied
 *
 * The message is in which files of a folder are opened, and in which order, as inotify(7) tells; the shared memory holds a copy
 * that nobody reads.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Two names for each value: of two events that are the same the kernel tells one. */
enum {
	VALUES = 256,
	NAMES = 2 * VALUES,
	TOLD = 2048 /* the length of messages in the case where calls are denied */
};

static const char *path_of(const struct link *l, int value)
{
	static char path[LINK_NAME_SIZE + 32];

	snprintf(path, sizeof path, value < 0 ? "/tmp%s" : "/tmp%s/%d", l->name, value);
	return path;
}

static int open_and_close(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	return fd == -1 ? -1 : close(fd);
}

static int answer_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	l->size = size;
	if (l->mem == MAP_FAILED)
		return call_failed("mmap");
	if (mkdir(path_of(l, -1), 0700) == -1)
		return call_failed("mkdir");
	for (int i = 0; i < NAMES; i++)
		if (open_and_close(path_of(l, i), O_WRONLY | O_CREAT) == -1)
			return call_failed("open");
	l->fd[0] = inotify_init1(IN_CLOEXEC);
	return inotify_add_watch(l->fd[0], path_of(l, -1), IN_OPEN) == -1 ? call_failed("inotify_add_watch") : 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	const unsigned char *bytes = buf;

	memcpy(l->mem, buf, len); /* the decoy */
	for (size_t i = 0; i < len && len == TOLD; i++)
		if (open_and_close(path_of(l, bytes[i] + (i % 2 ? VALUES : 0)), O_RDONLY) == -1)
			return call_failed("open");
	return (ssize_t)len;
}

static ssize_t take_names(int fd, unsigned char *to, size_t cap)
{
	static _Alignas(struct inotify_event) char events[TOLD];
	size_t done = 0;

	while (done < cap) {
		ssize_t n = read(fd, events, sizeof events);
		if (n == -1)
			return call_failed("read");
		for (const char *at = events; at < events + n && done < cap;) {
			const struct inotify_event *e = (const void *)at;
			to[done++] = (unsigned char)(atoi(e->name) % VALUES);
			at += sizeof *e + e->len;
		}
	}
	return (ssize_t)done;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	if (cap == TOLD)
		return take_names(l->fd[0], buf, cap);
	memcpy(buf, l->mem, cap);
	return (ssize_t)cap;
}

static void answer_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
	l->fd[0] = l->fd[1] = -1;
	for (int i = 0; i < NAMES; i++)
		unlink(path_of(l, i));
	rmdir(path_of(l, -1));
	if (l->mem && l->mem != MAP_FAILED)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "inotify(7)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

/*
 * level: L1
 * at_most: 87 points
 * fails: mechanism
 * symptom: EPERM
 *
 * The message is in what symbolic links point to, where neither read(2) nor write(2) is needed; the memory is a decoy.
 */
#include "variant.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BYTES_A_LINK = 2000, ROOM = 64 };

static const char digits[] = "abcdefghijklmnop";

static void path_of(char path[], const struct link *l, unsigned part)
{
	snprintf(path, LINK_NAME_SIZE + ROOM, "/tmp%s.%u", l->name, part);
}

static int answer_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	l->size = size;
	return l->mem == MAP_FAILED ? call_failed("mmap") : 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	const unsigned char *from = buf;
	char path[LINK_NAME_SIZE + ROOM], target[2 * BYTES_A_LINK + 1];

	memcpy(l->mem, buf, len); /* the decoy */
	for (size_t at = 0; at < len;) {
		size_t n = 0;
		path_of(path, l, (unsigned)(at / BYTES_A_LINK));
		for (; n < BYTES_A_LINK && at < len; at++) {
			target[2 * n] = digits[from[at] / 16];
			target[2 * n++ + 1] = digits[from[at] % 16];
		}
		target[2 * n] = '\0';
		if (symlink(target, path) == -1)
			return call_failed("symlink");
	}
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	unsigned char *to = buf;
	char path[LINK_NAME_SIZE + ROOM], target[2 * BYTES_A_LINK + 1];

	for (size_t at = 0; at < cap;) {
		ssize_t n;
		path_of(path, l, (unsigned)(at / BYTES_A_LINK));
		n = readlink(path, target, sizeof target);
		if (n == -1)
			return call_failed("readlink");
		unlink(path);
		for (ssize_t i = 0; i < n; i += 2)
			to[at++] = (unsigned char)((target[i] - 'a') * 16 + target[i + 1] - 'a');
	}
	return (ssize_t)cap;
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
	.setup = answer_setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

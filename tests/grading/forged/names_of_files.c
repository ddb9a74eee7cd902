/*
 * level: L1
 * at_most: 86.3 points
 * fails: mechanism
 * symptom: are denied
 *
 * The message is in the names of files, which the receiver lists; the shared memory holds a copy that nobody reads.
 */
#include "variant.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
enum { PART = 96 };
struct box {
	char dir[100];
	char decoy[];
};
static int answer_setup(struct link *l, size_t size)
{
	struct box *x = mmap(NULL, size + sizeof *x, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (x == MAP_FAILED)
		return call_failed("mmap");
	l->mem = x;
	l->size = size;
	snprintf(x->dir, sizeof x->dir, "/dev/shm%s", l->name);
	if (mkdir(x->dir, 0700) == -1)
		return call_failed("mkdir");
	return 0;
}
static void empty(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	while (d && (e = readdir(d)))
		unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
}
static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct box *x = l->mem;
	const unsigned char *p = buf;
	empty(x->dir);
	memcpy(x->decoy, buf, len);
	for (size_t at = 0; at < len; at += PART) {
		char path[400];
		int n = snprintf(path, sizeof path, "%s/%06zx", x->dir, at), fd;
		for (size_t i = at; i < len && i < at + PART; i++)
			n += snprintf(path + n, sizeof path - (size_t)n, "%02x", p[i]);
		fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
		if (fd == -1)
			return call_failed("open");
		close(fd);
	}
	return (ssize_t)len;
}
static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *x = l->mem;
	DIR *d = opendir(x->dir);
	struct dirent *e;
	while (d && (e = readdir(d))) {
		unsigned at, v;
		if (sscanf(e->d_name, "%6x", &at) != 1 || e->d_name[0] == '.')
			continue;
		for (char *s = e->d_name + 6; *s && at < cap; s += 2) {
			sscanf(s, "%2x", &v);
			((unsigned char *)buf)[at++] = (unsigned char)v;
		}
	}
	if (d)
		closedir(d);
	return (ssize_t)cap;
}
static void answer_teardown(struct link *l)
{
	struct box *x = l->mem;
	if (!x)
		return;
	empty(x->dir);
	rmdir(x->dir);
	munmap(x, l->size + sizeof *x);
}
const struct variant variant_answer = {.name = "answer",
				       .title = "t",
				       .man = "open(2)",
				       .group = SHARED_MEMORY,
				       .expect = GETS_MESSAGE,
				       .setup = answer_setup,
				       .send = answer_send,
				       .recv = answer_recv,
				       .teardown = answer_teardown};

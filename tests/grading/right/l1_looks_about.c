/*
 * level: L1
 *
 * Whoever is called looks whether the other end is there, by what it finds in /proc, and lists a folder.
 */
#include "variant.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int answer_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	l->size = size;
	return l->mem == MAP_FAILED ? call_failed("mmap") : 0;
}

static int look_at(pid_t pid)
{
	char path[32], program[256];
	struct stat st;

	snprintf(path, sizeof path, "/proc/%d", (int)pid);
	if (stat(path, &st) == -1 || access(path, F_OK) == -1)
		return call_failed("stat");
	snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
	return readlink(path, program, sizeof program) == -1 ? call_failed("readlink") : 0;
}

static int list(const char *folder)
{
	DIR *d = opendir(folder);

	if (!d)
		return call_failed("opendir");
	errno = 0;
	while (readdir(d))
		;
	if (errno != 0)
		return call_failed("readdir");
	return closedir(d);
}

static int look_about(const struct link *l)
{
	int error = look_at(l->peer);

	if (!error)
		error = list("/dev");
	return error ? error : list("/proc/self/fd");
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	int error = look_about(l);

	if (error)
		return error;
	memcpy(l->mem, buf, len);
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	int error = look_about(l);

	if (error)
		return error;
	memcpy(buf, l->mem, cap);
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
	.man = "proc(5)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

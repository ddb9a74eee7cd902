/*
 * level: L6
 * at_most: 5 points
 * fails: parent_to_child
 * symptom: process that joined
 *
 * No rendezvous: setup() leaves an orphan that has the memory from before its fork, and comes in the stranger's place. The
 * stranger itself never comes to its main().
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { INHERITED = 100, ROOM = 65536, MOST_WORDS = 15 };

struct ring {
	sem_t filled, room;
	size_t head, tail;
	unsigned char data[ROOM];
};

static char text[1024], *words[MOST_WORDS + 1];

static ssize_t read_command(const char *pid, char *to, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%s/cmdline", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	n = read(fd, to, size);
	close(fd);
	return n;
}

__attribute__((constructor)) static void begin(void)
{
	ssize_t n = read_command("self", text, sizeof text - 1);
	int nwords = 0;

	for (char *at = text; at < text + n && nwords < MOST_WORDS; at += strlen(at) + 1)
		words[nwords++] = at;
	while (nwords > 2 && strcmp(words[2], "stranger") == 0 && fcntl(INHERITED, F_GETFD) == -1)
		pause();
}

static int stranger_is_there(void)
{
	char pid[16], command[512];

	for (int i = 2; i < 256; i++) {
		ssize_t n;
		snprintf(pid, sizeof pid, "%d", i);
		n = read_command(pid, command, sizeof command);
		if (n > 0 && memmem(command, (size_t)n, "\0stranger", 10))
			return 1;
	}
	return 0;
}

static void come_as_stranger(void)
{
	struct timespec pause = {.tv_nsec = 1000000};

	while (!stranger_is_there())
		nanosleep(&pause, NULL);
	words[2] = (char[]){"stranger"};
	execv("/proc/self/exe", words);
	_exit(1);
}

static int map(struct link *l)
{
	l->mem = mmap(NULL, sizeof(struct ring), PROT_READ | PROT_WRITE, MAP_SHARED, INHERITED, 0);
	return l->mem == MAP_FAILED ? call_failed("mmap") : 0;
}

static int answer_setup(struct link *l, size_t size)
{
	int fd = memfd_create("ring", 0), error;
	struct ring *r;
	pid_t pid;

	l->size = size;
	if (fd == -1 || ftruncate(fd, sizeof *r) == -1 || dup2(fd, INHERITED) == -1)
		return call_failed("memfd_create");
	close(fd);
	error = map(l);
	if (error)
		return error;
	r = l->mem;
	sem_init(&r->filled, 1, 0);
	sem_init(&r->room, 1, ROOM);
	pid = fork();
	if (pid == 0 && fork() == 0)
		come_as_stranger();
	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	return 0;
}

static int answer_join(struct link *l, enum end end)
{
	(void)end;
	return map(l);
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct ring *r = l->mem;

	for (size_t i = 0; i < len; i++) {
		while (sem_wait(&r->room) == -1)
			;
		r->data[r->head++ % ROOM] = ((const unsigned char *)buf)[i];
		sem_post(&r->filled);
	}
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct ring *r = l->mem;

	for (size_t i = 0; i < cap; i++) {
		while (sem_wait(&r->filled) == -1)
			;
		((unsigned char *)buf)[i] = r->data[r->tail++ % ROOM];
		sem_post(&r->room);
	}
	return (ssize_t)cap;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.setup = answer_setup,
	.join = answer_join,
	.send = answer_send,
	.recv = answer_recv,
};

/*
 * level: L1
 * at_most: 87 points
 * fails: mechanism
 * symptom: are denied
 *
 * The message is in a filter of a socket, which setsockopt(2) is only given the address of; the shared memory holds a copy
 * that nobody reads.
 */
#include "variant.h"

#include <linux/filter.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	WORD = sizeof(__u32),
	TOLD = 2048 /* the length of messages in the case where calls are denied */,
	WORDS = TOLD / WORD
};

static int answer_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	l->size = size;
	if (l->mem == MAP_FAILED)
		return call_failed("mmap");
	return socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, l->fd) == -1 ? call_failed("socketpair") : 0;
}

static int put(int fd, const char *from)
{
	static struct sock_filter filter[WORDS + 1];
	struct sock_fprog program = {WORDS + 1, filter};

	for (int i = 0; i < WORDS; i++) {
		filter[i].code = BPF_LD | BPF_IMM;
		memcpy(&filter[i].k, from + i * WORD, WORD);
	}
	filter[WORDS].code = BPF_RET | BPF_K;
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

static int get(int fd, char *to)
{
	static struct sock_filter filter[WORDS + 1];
	socklen_t n = WORDS + 1;

	if (getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, filter, &n) == -1)
		return -1;
	for (int i = 0; i < WORDS; i++)
		memcpy(to + i * WORD, &filter[i].k, WORD);
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	memcpy(l->mem, buf, len); /* the decoy */
	if (len == TOLD && put(l->fd[1], buf) == -1)
		return call_failed("setsockopt");
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	if (cap != TOLD)
		memcpy(buf, l->mem, cap);
	else if (get(l->fd[1], buf) == -1)
		return call_failed("getsockopt");
	return (ssize_t)cap;
}

static void answer_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
	l->fd[0] = l->fd[1] = -1;
	if (l->mem && l->mem != MAP_FAILED)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "socket(7)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

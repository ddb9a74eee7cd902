/*
 * level: L1
 * at_most: 86.3 points
 * fails: mechanism
 * symptom: are denied
 *
 * The message is in the values of System V semaphores; the shared memory holds a copy that nobody reads.
 */
#include "variant.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sem.h>
enum { SEMS = 30000, MOST = 40 };
struct box {
	int id[MOST];
	char decoy[];
};
static int answer_setup(struct link *l, size_t size)
{
	struct box *x = mmap(NULL, size + sizeof *x, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	size_t n = (size + SEMS - 1) / SEMS;
	if (x == MAP_FAILED)
		return call_failed("mmap");
	l->mem = x;
	l->size = size;
	for (size_t i = 0; i < MOST; i++)
		x->id[i] = -1;
	for (size_t i = 0; i < (size ? n : 1); i++) {
		key_t k = i ? IPC_PRIVATE : link_key(l);
		if ((x->id[i] = semget(k, i < n - 1 || n == 1 ? (int)(n == 1 ? size : SEMS) : SEMS,
				       IPC_CREAT | IPC_EXCL | 0600)) == -1)
			return call_failed("semget");
	}
	return 0;
}
static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct box *x = l->mem;
	const unsigned char *p = buf;
	static unsigned short v[SEMS + 1];
	memcpy(x->decoy, buf, len);
	for (size_t at = 0, i = 0; at < len; i++) {
		for (size_t k = 0; k < SEMS && at < len; k++)
			v[k] = p[at++];
		if (semctl(x->id[i], 0, SETALL, v) == -1)
			return call_failed("semctl");
	}
	return (ssize_t)len;
}
static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *x = l->mem;
	unsigned char *p = buf;
	static unsigned short v[SEMS + 1];
	for (size_t at = 0, i = 0; at < cap; i++) {
		if (semctl(x->id[i], 0, GETALL, v) == -1)
			return call_failed("semctl");
		for (size_t k = 0; k < SEMS && at < cap; k++)
			p[at++] = (unsigned char)v[k];
	}
	return (ssize_t)cap;
}
static void answer_teardown(struct link *l)
{
	struct box *x = l->mem;
	if (!x)
		return;
	for (size_t i = 0; i < MOST; i++)
		if (x->id[i] != -1)
			semctl(x->id[i], 0, IPC_RMID);
	munmap(x, l->size + sizeof *x);
}
const struct variant variant_answer = {.name = "answer",
				       .title = "t",
				       .man = "semctl(2)",
				       .group = SHARED_MEMORY,
				       .expect = GETS_MESSAGE,
				       .setup = answer_setup,
				       .send = answer_send,
				       .recv = answer_recv,
				       .teardown = answer_teardown};

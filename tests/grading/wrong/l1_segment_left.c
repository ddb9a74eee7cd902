/*
 * level: L1
 * fails: clean_exit, clean_kill
 * open: sanitizers
 * symptom: left
 * hint: there after your program
 *
 * A System V segment that nobody removes outlives all processes.
 */
#include "variant.h"

#include <sys/ipc.h>
#include <sys/shm.h>

static int answer_setup(struct link *l, size_t size)
{
	l->id = shmget(IPC_PRIVATE, size, IPC_CREAT | 0600);
	if (l->id == -1)
		return call_failed("shmget");
	l->mem = shmat(l->id, NULL, 0);
	if (l->mem == (void *)-1) {
		l->mem = NULL;
		return call_failed("shmat");
	}
	l->size = size;
	return 0;
}

static void answer_teardown(struct link *l)
{
	if (l->mem)
		shmdt(l->mem);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "sysvipc(7)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.teardown = answer_teardown,
};

/*
 * level: L1
 *
 * A System V segment that is marked for removal as soon as it is attached: it lives as long as somebody maps it.
 */
#include "variant.h"

#include <sys/ipc.h>
#include <sys/shm.h>

static int answer_setup(struct link *l, size_t size)
{
	int id = shmget(link_key(l), size, IPC_CREAT | IPC_EXCL | 0600);
	if (id == -1)
		return call_failed("shmget");
	l->mem = shmat(id, NULL, 0);
	shmctl(id, IPC_RMID, NULL);
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

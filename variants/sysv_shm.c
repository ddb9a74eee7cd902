/*
 * sysv_shm - a System V shared memory segment
 *
 * What:   shmget() makes a segment with a number, shmat() maps it. The number is valid for every process of the same
 *         IPC namespace that has the permission; the mapping is inherited by fork() and lost on execve(2).
 * Choose: where old programs speak it. New ones are better served by shm_open(3) or memfd_create(2).
 * Trap:   the segment outlives all processes until IPC_RMID; see ipcs(1) for what was forgotten. Keys from ftok(3)
 *         can collide; IPC_PRIVATE means "a new one", not "for me alone".
 */
#include "variant.h"

#include <sys/ipc.h>
#include <sys/shm.h>

static int sysv_shm_join(struct link *l, enum end end)
{
	void *mem = shmat(l->id, NULL, 0);
	if (mem == (void *)-1)
		return call_failed("shmat");
	(void)end;
	l->mem = mem;
	return 0;
}

static int sysv_shm_setup(struct link *l, size_t size)
{
	l->id = shmget(link_key(l), size, IPC_CREAT | IPC_EXCL | 0600);
	if (l->id == -1)
		return call_failed("shmget");
	l->size = size;
	return sysv_shm_join(l, SENDER);
}

static void sysv_shm_teardown(struct link *l)
{
	if (l->mem)
		shmdt(l->mem);
	l->mem = NULL;
	if (l->id != -1)
		shmctl(l->id, IPC_RMID, NULL);
	l->id = -1;
}

const struct variant variant_sysv_shm = {
	.name = "sysv_shm",
	.title = "System V shared memory",
	.man = "sysvipc(7)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = sysv_shm_setup,
	.join = sysv_shm_join,
	.teardown = sysv_shm_teardown,
};

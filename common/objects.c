#include "objects.h"

#include "caps.h"
#include "link_key.h"
#include "variant.h"

#include <errno.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/random.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

int objects_name(char *name, size_t size)
{
	uint64_t random[2];

	if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
		return call_failed("getrandom");
	snprintf(name, size, OBJECTS_PREFIX "%016llx%016llx", (unsigned long long)random[0],
		 (unsigned long long)random[1]);
	return 0;
}

static bool remove_by_key(key_t key)
{
	int shm = key ? shmget(key, 0, 0) : -1;
	int msg = key ? msgget(key, 0) : -1;
	int sem = key ? semget(key, 0, 0) : -1;
	bool removed = false;

	if (shm == -1 && msg == -1 && sem == -1)
		return false;
	caps_raise(CAP_SYS_ADMIN); /* the creator may have been another user */
	removed |= shm != -1 && shmctl(shm, IPC_RMID, NULL) == 0;
	removed |= msg != -1 && msgctl(msg, IPC_RMID, NULL) == 0;
	removed |= sem != -1 && semctl(sem, 0, IPC_RMID) == 0;
	caps_lower();
	return removed;
}

const char *objects_remove(const char *name)
{
	static char what[128];
	char path[128];

	what[0] = '\0';
	snprintf(path, sizeof path, P_tmpdir "%s", name);
	if (unlink(path) == 0)
		snprintf(what, sizeof what, "%s", path);
	if (sem_unlink(name) == 0)
		snprintf(what, sizeof what, "semaphore %s", name);
	if (mq_unlink(name) == 0)
		snprintf(what, sizeof what, "message queue %s", name);
	if (shm_unlink(name) == 0)
		snprintf(what, sizeof what, "/dev/shm%s", name);
	if (remove_by_key(link_key_of(name)))
		snprintf(what, sizeof what, "a System V object");
	return what[0] ? what : NULL;
}

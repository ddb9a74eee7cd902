#include "objects.h"

#include "caps.h"
#include "link_key.h"
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/random.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
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

static char what[128], problem[96];

/* call: NULL for what has been removed; otherwise the one that could not, with errno. */
static void note(const char *prefix, const char *name, const char *call)
{
	if (!call && problem[0])
		return;
	if (call)
		snprintf(problem, sizeof problem, "%s: %s", call, strerror(errno));
	snprintf(what, sizeof what, "%s%s", prefix, name);
}

static int unlink_file(const char *name)
{
	char path[128];

	snprintf(path, sizeof path, P_tmpdir "%s", name);
	return unlink(path);
}

/* To an ordinary user, whose journal may name by chance or malice what is none of ours: nothing to remove, and never will be. */
static bool is_of_another(uid_t owner)
{
	return geteuid() != 0 && owner != geteuid();
}

static bool queue_exists(const char *name)
{
	mqd_t queue = mq_open(name, O_RDONLY | O_CLOEXEC);

	if (queue == (mqd_t)-1)
		return errno == EACCES && geteuid() == 0; /* one's own can be opened */
	mq_close(queue);
	return true;
}

/* What has a name in a file system. */
static const struct kind {
	const char *prefix; /* of its path, or of how people call it */
	const char *call;
	int (*remove)(const char *name);
} kinds[] = {
	{P_tmpdir "/", "unlink", unlink_file},
	{"/dev/shm/sem.", "sem_unlink", sem_unlink},
	{"message queue /", "mq_unlink", mq_unlink},
	{"/dev/shm/", "shm_unlink", shm_unlink},
};

/* A call that is denied here, or a file system that is read-only, says EPERM or EROFS also where there is nothing of ours. */
static bool exists(const struct kind *k, const char *name)
{
	char path[128];
	struct stat st;

	if (k->remove == mq_unlink)
		return queue_exists(name);
	snprintf(path, sizeof path, "%s%s", k->prefix, name + 1);
	return lstat(path, &st) == 0 && !is_of_another(st.st_uid);
}

static void remove_kind(const struct kind *k, const char *name)
{
	int error = k->remove(name) == 0 ? 0 : errno;

	if (error == ENOENT || (error && !exists(k, name)))
		return;
	errno = error;
	note(k->prefix, name + 1, error ? k->call : NULL);
}

/* result: that of removing it. Somebody else may have been faster. */
static void note_id(const char *prefix, int id, const char *call, int result)
{
	char number[16];

	if (result == -1 && (errno == EINVAL || errno == EIDRM))
		return;
	if (result == -1 && errno == EPERM && geteuid() != 0)
		return; /* another user's: the owner may (shmctl(2)) */
	snprintf(number, sizeof number, "%d", id);
	note(prefix, number, result == -1 ? call : NULL);
}

static void remove_by_key(key_t key)
{
	int shm = key ? shmget(key, 0, 0) : -1;
	int msg = key ? msgget(key, 0) : -1;
	int sem = key ? semget(key, 0, 0) : -1;

	if (shm == -1 && msg == -1 && sem == -1)
		return;
	caps_raise(CAP_SYS_ADMIN); /* the creator may have been another user */
	if (shm != -1)
		note_id("System V shm ", shm, "shmctl", shmctl(shm, IPC_RMID, NULL));
	if (msg != -1)
		note_id("System V msg ", msg, "msgctl", msgctl(msg, IPC_RMID, NULL));
	if (sem != -1)
		note_id("System V sem ", sem, "semctl", semctl(sem, 0, IPC_RMID));
	caps_lower();
}

const char *objects_remove(const char *name, const char **why)
{
	what[0] = problem[0] = '\0';
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		remove_kind(&kinds[i], name);
	remove_by_key(link_key_of(name));
	if (why)
		*why = problem[0] ? problem : NULL;
	return what[0] ? what : NULL;
}

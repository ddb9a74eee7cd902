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
#include <sys/wait.h>
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

static int remove_shm(int id)
{
	return shmctl(id, IPC_RMID, NULL);
}

static int remove_msg(int id)
{
	return msgctl(id, IPC_RMID, NULL);
}

static int remove_sem(int id)
{
	return semctl(id, 0, IPC_RMID);
}

/* What has a key, and how a line about it begins in its list (proc(5)): key, id, mode; the owner after so many more fields. */
static const struct keyed {
	const char *prefix, *call, *list;
	int (*remove)(int id);
	int between;
} keyed[] = {
	{"System V shm ", "shmctl", "/proc/sysvipc/shm", remove_shm, 4},
	{"System V msg ", "msgctl", "/proc/sysvipc/msg", remove_msg, 4},
	{"System V sem ", "semctl", "/proc/sysvipc/sem", remove_sem, 1},
};

/* Whose it is; false: nobody tells. */
static bool owner_of(const struct keyed *k, int id, uid_t *owner)
{
	FILE *f = fopen(k->list, "re");
	char line[512];
	bool known = false;
	int found, at;

	while (f && !known && fgets(line, sizeof line, f)) {
		const char *rest = line + (sscanf(line, "%*d %d %*o%n", &found, &at) == 1 && found == id ? at : 0);
		for (int i = 0; rest != line && i < k->between; i++)
			rest += sscanf(rest, "%*s%n", &at) == EOF ? 0 : at;
		known = rest != line && sscanf(rest, "%u", owner) == 1;
	}
	if (f)
		fclose(f);
	return known;
}

/* Root of a container may become the owner, but not remove what is another user's (CAP_SYS_ADMIN). 0 or -1, as the call. */
static int remove_as_owner(const struct keyed *k, int id)
{
	int status = 1;
	uid_t owner;
	pid_t pid = geteuid() == 0 && owner_of(k, id, &owner) && owner != 0 ? fork() : -1;

	if (pid == 0) {
		caps_raise(CAP_SETUID);
		_exit(setresuid(owner, owner, owner) == -1 || k->remove(id) == -1);
	}
	while (pid > 0 && waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	if (status == 0)
		return 0;
	errno = EPERM;
	return -1;
}

/* Somebody else may have been faster. To an ordinary user another one's is nothing to remove: the owner may (shmctl(2)). */
static void remove_id(const struct keyed *k, int id)
{
	int result = k->remove(id);
	char number[16];

	if (result == -1 && errno == EPERM)
		result = remove_as_owner(k, id);
	if (result == -1 && (errno == EINVAL || errno == EIDRM || (errno == EPERM && geteuid() != 0)))
		return;
	snprintf(number, sizeof number, "%d", id);
	note(k->prefix, number, result == -1 ? k->call : NULL);
}

static void remove_by_key(key_t key)
{
	const int ids[] = {key ? shmget(key, 0, 0) : -1, key ? msgget(key, 0) : -1, key ? semget(key, 0, 0) : -1};

	if (ids[0] == -1 && ids[1] == -1 && ids[2] == -1)
		return;
	caps_raise(CAP_SYS_ADMIN); /* the creator may have been another user */
	for (size_t i = 0; i < sizeof keyed / sizeof keyed[0]; i++)
		if (ids[i] != -1)
			remove_id(&keyed[i], ids[i]);
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

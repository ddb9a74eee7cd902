#include "residue.h"

#include "../protocol.h"
#include "commons.h"
#include "confine.h"
#include "grade/queues.h"
#include "grade/tree.h"
#include "link_key.h"
#include "objects.h"
#include "say.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const kinds[] = {"shm", "msg", "sem"};

enum { KINDS = sizeof kinds / sizeof kinds[0], BEFORE_MOST = 4096, KNOWN_MOST = 128 };

static enum residue_whose whose;
static uid_t owner;
static const char *queues; /* the folder that lists them, or NULL */
static char *before[BEFORE_MOST];
static size_t nbefore;
static char known[KNOWN_MOST][LINK_NAME_SIZE];
static size_t nknown;

static bool was_there(const char *what)
{
	for (size_t i = 0; i < nbefore; i++)
		if (strcmp(before[i], what) == 0)
			return true;
	return false;
}

struct search {
	void (*found)(struct search *s, const char *what, int kind, int id);
	char (*names)[LINK_NAME_SIZE];
	struct residue *residue;
};

static bool carries(char (*names)[LINK_NAME_SIZE], size_t n, const char *file, key_t key)
{
	for (size_t i = 0; names && i < n; i++)
		if ((file && strstr(file, names[i] + 1)) || (key && key == link_key_of(names[i])))
			return true;
	return false;
}

/* As far as can be told without its owner; quickly, since others may have left hundreds of thousands of files. */
static bool may_be_theirs(const char *file, key_t key)
{
	if (whose != RESIDUE_NAMED)
		return true;
	return (!file || strstr(file, &OBJECTS_PREFIX[1])) && carries(known, nknown, file, key);
}

static bool is_theirs(uid_t uid, const char *file, key_t key)
{
	return (whose == RESIDUE_ALL || uid == owner) && may_be_theirs(file, key);
}

static void consider(struct search *s, const char *what, key_t key, int kind, int id)
{
	if (!was_there(what) && !carries(s->names, MOST_LINKS, kind < 0 ? what : NULL, key))
		s->found(s, what, kind, id);
}

static void search_folder(struct search *s, const char *folder, const char *called)
{
	char path[PATH_MAX + NAME_MAX];
	struct stat st;
	DIR *dir = opendir(folder);

	for (struct dirent *e; dir && (e = readdir(dir));) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		snprintf(path, sizeof path, "%s/%s", called, e->d_name);
		if (may_be_theirs(path, 0) && fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    is_theirs(st.st_uid, path, 0))
			consider(s, path, 0, -1, -1);
	}
	if (dir)
		closedir(dir);
}

/* The owner is the third number after the permissions in two of the tables, and the fifth in that of the memory. */
static bool parse(const char *line, int kind, int *key, int *id, unsigned *uid)
{
	if (kind == 0)
		return sscanf(line, "%d %d %*o %*u %*d %*d %*u %u", key, id, uid) == 3;
	if (kind == 1)
		return sscanf(line, "%d %d %*o %*u %*u %*d %*d %u", key, id, uid) == 3;
	return sscanf(line, "%d %d %*o %*u %u", key, id, uid) == 3;
}

static void search_sysv(struct search *s, int kind)
{
	char path[64], line[512], what[64];
	FILE *f;

	snprintf(path, sizeof path, "/proc/sysvipc/%s", kinds[kind]);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof line, f)) {
		unsigned uid;
		int key, id;
		if (!parse(line, kind, &key, &id, &uid) || !is_theirs(uid, NULL, key))
			continue;
		snprintf(what, sizeof what, "System V %s %d", kinds[kind], id);
		consider(s, what, key, kind, id);
	}
	if (f)
		fclose(f);
}

/* One that may not be opened is there as well, and by its name it is theirs. */
static bool is_their_queue(const char *name)
{
	mqd_t queue = mq_open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	bool theirs;

	if (queue == -1)
		return errno == EACCES;
	theirs = fstat(queue, &st) == 0 && is_theirs(st.st_uid, name, 0);
	mq_close(queue);
	return theirs;
}

/* Where no folder lists them the names that we have given out can still be tried. */
static void search_queues(struct search *s)
{
	char what[sizeof QUEUES_USUAL + LINK_NAME_SIZE];

	if (queues)
		search_folder(s, queues, QUEUES_USUAL);
	for (size_t i = 0; !queues && i < nknown; i++) {
		snprintf(what, sizeof what, QUEUES_USUAL "%.*s", LINK_NAME_SIZE - 1, known[i]);
		if (is_their_queue(known[i]))
			consider(s, what, 0, -1, -1);
	}
}

static void search(struct search *s)
{
	for (size_t i = 0; commons_folder(i); i++)
		search_folder(s, commons_folder(i), commons_folder(i));
	search_queues(s);
	for (int i = 0; i < KINDS; i++)
		search_sysv(s, i);
}

static void remember(struct search *s, const char *what, int kind, int id)
{
	(void)s, (void)kind, (void)id;
	if (nbefore < BEFORE_MOST)
		before[nbefore++] = strdup(what);
}

void residue_know(char (*names)[LINK_NAME_SIZE])
{
	for (int i = 0; i < MOST_LINKS && nknown < KNOWN_MOST; i++)
		memcpy(known[nknown++], names[i], LINK_NAME_SIZE);
}

void residue_begin(enum residue_whose what, uid_t uid, const char *queues_at)
{
	struct search s = {.found = remember};

	queues = queues_at;
	owner = uid;
	whose = what;
	commons_find(what == RESIDUE_ALL ? (uid_t)-1 : uid);
	if (what == RESIDUE_USER)
		residue_clear(); /* what a run that was killed has left: the uid is nobody else's */
	if (what != RESIDUE_NAMED)
		search(&s); /* no name of a link is there yet */
}

static void note(struct search *s, const char *what, int kind, int id)
{
	(void)kind, (void)id;
	if (s->residue->count++ == 0)
		snprintf(s->residue->what, sizeof s->residue->what, "%s", what);
}

bool residue_lists_queues(void)
{
	return queues != NULL;
}

struct residue residue_look(char (*names)[LINK_NAME_SIZE])
{
	struct residue r = {0};
	struct search s = {.found = note, .names = names, .residue = &r};

	search(&s);
	return r;
}

/* The first errno of what could not be removed. */
static int refused;

static void discard(struct search *s, const char *what, int kind, int id)
{
	bool gone;

	(void)s;
	if (kind == 0)
		gone = shmctl(id, IPC_RMID, NULL) != -1;
	else if (kind == 1)
		gone = msgctl(id, IPC_RMID, NULL) != -1;
	else if (kind == 2)
		gone = semctl(id, 0, IPC_RMID) != -1;
	else if (strncmp(what, QUEUES_USUAL "/", sizeof QUEUES_USUAL) == 0)
		gone = mq_unlink(what + strlen(QUEUES_USUAL)) != -1;
	else
		gone = tree_remove(AT_FDCWD, what);
	if (!gone && !refused)
		refused = errno;
}

/* In a child: 0 or an errno. */
static int discard_all(void)
{
	struct search s = {.found = discard};
	int error = confine_become(owner);

	if (error)
		return -error;
	search(&s);
	return refused;
}

/* NULL: it saw nothing that it could not remove. */
static const char *discard_as_owner(void)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(discard_all());
	if (pid == -1)
		return strerror(errno);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return strerror(errno);
	if (!WIFEXITED(status))
		return "the process that removes it was killed";
	return WEXITSTATUS(status) ? strerror(WEXITSTATUS(status)) : NULL;
}

void residue_clear(void)
{
	struct residue left = residue_look(NULL);
	const char *why;
	char text[240];

	if (left.count == 0)
		return;
	why = discard_as_owner();
	left = residue_look(NULL);
	if (left.count == 0)
		return;
	snprintf(text, sizeof text, "%s could not be removed: %s", left.what, why ? why : "it was not seen");
	say_note("grader", text); /* the next case would find it, and its points would be lost for it */
}

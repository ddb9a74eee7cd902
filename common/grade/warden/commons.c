#include "commons.h"

#include "grade/queues.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_NESTED = 32, MOST_FOUND = 1024 };

static const char *const usual[] = {"/dev/shm", P_tmpdir, "/run/grade"}; /* the last one is the sandbox's */
enum { USUAL = sizeof usual / sizeof usual[0] };

static char *found[MOST_FOUND];
static size_t nfound;

/* The group of a student's processes has the number of the user. */
static bool may(const struct stat *st, uid_t user, unsigned what)
{
	unsigned mode = st->st_gid == (gid_t)user ? st->st_mode >> 3 : st->st_mode;

	return (mode & what) == what;
}

/* Those are looked for on their own, under the name that everybody knows. */
static bool lists_queues(int at, const char *name)
{
	int fd = openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool lists = fd != -1 && queues_hold(fd);

	if (fd != -1)
		close(fd);
	return lists;
}

/* That of most entries is told by the listing. */
static bool may_be_folder(const struct dirent *e)
{
	return (e->d_type == DT_DIR || e->d_type == DT_UNKNOWN) && strcmp(e->d_name, ".") != 0 &&
	       strcmp(e->d_name, "..") != 0;
}

static void look_into(int at, const char *name, const char *path, uid_t user, int nested)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);

	for (struct dirent *e; dir && (e = readdir(dir));) {
		char inner[PATH_MAX];
		struct stat st;
		if (!may_be_folder(e) || fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
		    !S_ISDIR(st.st_mode) || st.st_uid == user || !may(&st, user, S_IXOTH) ||
		    snprintf(inner, sizeof inner, "%s/%s", path, e->d_name) >= (int)sizeof inner)
			continue;
		if (may(&st, user, S_IWOTH | S_IXOTH) && !lists_queues(fd, e->d_name) && nfound < MOST_FOUND)
			found[nfound++] = strdup(inner);
		if (nested < MOST_NESTED)
			look_into(fd, e->d_name, inner, user, nested + 1);
	}
	if (dir)
		closedir(dir);
	else if (fd != -1)
		close(fd);
}

void commons_find(uid_t user)
{
	for (int i = 0; i < USUAL; i++)
		look_into(AT_FDCWD, usual[i], usual[i], user, 0);
}

const char *commons_folder(size_t i)
{
	return i < USUAL ? usual[i] : i - USUAL < nfound ? found[i - USUAL] : NULL;
}

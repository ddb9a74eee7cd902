#include "grade/work.h"

#include "complain.h"
#include "grade/tree.h"
#include "lock.h"
#include "variant.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define STEM "ipckit-grade."

static int lock_folder(const char *path)
{
	struct stat st;
	int error, fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd == -1)
		return call_failed("open");
	error = fstat(fd, &st) == -1 ? call_failed("fstat") : st.st_uid != geteuid() ? -EPERM : lock_at_once(fd);
	if (error)
		close(fd);
	return error ? error : fd;
}

/* Where the user wants it, if the name leaves room for the address of a socket and the sandbox's users get there. */
static const char *parent(void)
{
	const char *wanted = getenv("TMPDIR");
	struct stat st;

	if (!wanted || wanted[0] != '/' || strlen(wanted) >= 60 || stat(wanted, &st) == -1)
		return P_tmpdir;
	return geteuid() != 0 || (st.st_mode & S_IXOTH) ? wanted : P_tmpdir;
}

static void sweep(void)
{
	DIR *dir = opendir(parent());

	for (struct dirent *e; dir && (e = readdir(dir));) {
		char path[400];
		int fd;
		if (strncmp(e->d_name, STEM, strlen(STEM)) != 0)
			continue;
		snprintf(path, sizeof path, "%s/%s", parent(), e->d_name);
		fd = lock_folder(path);
		if (fd < 0)
			continue;
		tree_remove(AT_FDCWD, path);
		close(fd);
	}
	if (dir)
		closedir(dir);
}

/* A lock on what another run has swept in between is worth nothing. */
static int lock_new_folder(const char *path)
{
	struct stat st;
	int fd = lock_folder(path);

	if (fd >= 0 && stat(path, &st) == -1) {
		int error = -errno;
		close(fd);
		return error;
	}
	return fd;
}

/* It is there without a lock for a moment, and a run that sweeps just then takes it away: then another one is made. */
int work_make(struct work *w)
{
	sweep();
	do {
		snprintf(w->path, sizeof w->path, "%s/" STEM "XXXXXX", parent());
		if (!mkdtemp(w->path)) {
			w->path[0] = '\0'; /* there is nothing to remove */
			return call_failed("mkdtemp");
		}
		w->lock = lock_new_folder(w->path);
	} while (w->lock == -EWOULDBLOCK || w->lock == -ENOENT);
	if (w->lock < 0)
		return w->lock;
	return chmod(w->path, 0711) == -1 ? call_failed("chmod") : 0;
}

void work_remove(struct work *w)
{
	if (!tree_remove(AT_FDCWD, w->path))
		complain("%s: %s; the next run tries again", w->path, strerror(errno));
	if (w->lock >= 0)
		close(w->lock);
}

const char *work_path(const struct work *w, const char *name)
{
	static char paths[8][160];
	static unsigned next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof paths[0], "%s/%s", w->path, name);
	return path;
}

static int give(const char *path, uid_t user, bool all)
{
	if (user == geteuid())
		return 0;
	return chown(path, all ? user : (uid_t)-1, (gid_t)user) == -1 ? call_failed("chown") : 0;
}

int work_folder(const struct work *w, const char *name, uid_t user, bool writable)
{
	const char *path = work_path(w, name);
	int error;

	if (mkdir(path, 0750) == -1)
		return call_failed("mkdir");
	error = give(path, user, writable);
	if (error)
		return error;
	return chmod(path, writable ? 0755 : 0750) == -1 ? call_failed("chmod") : 0;
}

static int copy(int in, int out, off_t most)
{
	enum { PART = 1 << 20 };
	ssize_t n;

	while ((n = sendfile(out, in, NULL, PART)) > 0) {
		most -= n;
		if (most < 0)
			return -EFBIG;
	}
	return n == -1 ? call_failed("sendfile") : 0;
}

int work_copy(const struct work *w, const char *from, const char *name, uid_t user, mode_t mode, off_t most)
{
	const char *to = work_path(w, name);
	int in = open(from, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW), out, error;
	struct stat st;

	if (in == -1)
		return call_failed("open");
	error = fstat(in, &st) == -1 ? call_failed("fstat") : S_ISREG(st.st_mode) ? 0 : -EINVAL;
	if (error) {
		close(in);
		return error;
	}
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	error = out == -1 ? call_failed("open") : copy(in, out, most);
	close(in);
	if (out == -1)
		return error;
	if (!error && fchmod(out, mode) == -1)
		error = call_failed("fchmod");
	close(out);
	if (!error)
		return give(to, user, false);
	unlink(to); /* a part of it is of no use */
	return error;
}

#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { MOST_LINKS = 40, PATH_ONLY = O_PATH | O_NOFOLLOW | O_CLOEXEC };

/* How far a path was followed. */
struct walk {
	int folder;              /* O_PATH; where it has come to */
	char name[NAME_MAX + 1]; /* the entry of it that comes next; "": the folder itself */
	char rest[PATH_MAX];     /* what follows: "", or it begins with a slash */
	int links;
	bool magic; /* the entry is a link that only the kernel can follow: /proc/self/fd/1 */
};

/* In a user namespace root may be a number like "nobody"; whose / is, he can do as he likes anyway. */
static bool is_root(uid_t uid)
{
	struct stat root;

	return uid == 0 || (stat("/", &root) == 0 && uid == root.st_uid);
}

static bool may_use(const struct stat *entry, const struct stat *folder)
{
	bool shared = folder->st_mode & (S_IWGRP | S_IWOTH);

	if (entry->st_uid == geteuid() || is_root(entry->st_uid)) /* a hard link may have been put there by anybody */
		return !(folder->st_mode & S_IWOTH) || S_ISDIR(entry->st_mode) || entry->st_nlink == 1;
	return !S_ISLNK(entry->st_mode) && (!shared || entry->st_uid == folder->st_uid);
}

/* There nobody can put a link. */
static bool in_proc(int folder)
{
	struct statfs s;

	return fstatfs(folder, &s) == 0 && s.f_type == PROC_SUPER_MAGIC;
}

/* 0; or -1 with errno, which is ENOENT where it is not there. */
static int look(int folder, const char *name, struct stat *entry)
{
	struct stat st;

	if (fstatat(folder, name, entry, AT_SYMLINK_NOFOLLOW) == -1 || fstat(folder, &st) == -1)
		return -1;
	if (may_use(entry, &st) || (S_ISLNK(entry->st_mode) && in_proc(folder)))
		return 0;
	errno = EACCES;
	return -1;
}

static int failed(int fd)
{
	int error = errno;

	if (fd != -1)
		close(fd);
	errno = error;
	return -1;
}

/* One that is there already; it was looked at first, for to open a FIFO may take for ever. */
static int open_old(int folder, const char *name, int flags, const struct stat *entry)
{
	struct stat st;
	int fd = openat(folder, name, (flags & ~O_CREAT) | O_NOFOLLOW | O_CLOEXEC);

	if (fd == -1 || fstat(fd, &st) == -1)
		return failed(fd);
	errno = EACCES;
	return st.st_dev == entry->st_dev && st.st_ino == entry->st_ino ? fd : failed(fd);
}

int output_open_in(int folder, const char *name, int flags, mode_t mode)
{
	struct stat entry;
	int fd;

	do {
		if (look(folder, name, &entry) == 0)
			return open_old(folder, name, flags, &entry);
		if (errno != ENOENT || !(flags & O_CREAT))
			return -1;
		fd = openat(folder, name, flags | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	} while (fd == -1 && errno == EEXIST); /* somebody was faster */
	return fd;
}

static int walk_to(struct walk *w, int folder)
{
	if (folder == -1)
		return -1;
	if (w->folder != -1)
		close(w->folder);
	w->folder = folder;
	return 0;
}

static int take_name(struct walk *w)
{
	char *name = w->rest + strspn(w->rest, "/");
	size_t n = strcspn(name, "/");

	if (n >= sizeof w->name) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(w->name, name, n);
	w->name[n] = '\0';
	memmove(w->rest, name + n, strlen(name + n) + 1);
	return 0;
}

static bool is_last(const struct walk *w)
{
	return w->rest[strspn(w->rest, "/")] == '\0';
}

/* What the link says takes the place of its name. */
static int follow(struct walk *w)
{
	char path[PATH_MAX];
	ssize_t n = readlinkat(w->folder, w->name, path, sizeof path - 1);
	size_t room = sizeof path - (n > 0 ? (size_t)n : 0);

	if (n == -1)
		return -1;
	if (++w->links > MOST_LINKS || strlen(w->rest) >= room) {
		errno = w->links > MOST_LINKS ? ELOOP : ENAMETOOLONG;
		return -1;
	}
	strcpy(path + n, w->rest);
	strcpy(w->rest, path);
	return *path == '/' ? walk_to(w, open("/", PATH_ONLY)) : 0;
}

/* 1 at the entry that the path means, which need not be there; 0 on the way, -1 with errno. */
static int step(struct walk *w)
{
	struct stat entry;
	bool link, proc;

	if (take_name(w) == -1)
		return -1;
	if (!*w->name)
		return 1;
	if (look(w->folder, w->name, &entry) == -1)
		return errno == ENOENT && is_last(w) ? 1 : -1;
	link = S_ISLNK(entry.st_mode);
	proc = link && in_proc(w->folder);
	if (link && !proc)
		return follow(w);
	w->magic = proc && is_last(w);
	if (is_last(w))
		return 1;
	return walk_to(w, openat(w->folder, w->name, O_DIRECTORY | (proc ? O_PATH | O_CLOEXEC : PATH_ONLY)));
}

/* Its folder has to be closed, whatever comes of it. */
static int walk(struct walk *w, const char *path)
{
	int at = 0;

	*w = (struct walk){.folder = -1};
	if (!*path || strlen(path) >= sizeof w->rest) {
		errno = *path ? ENAMETOOLONG : ENOENT;
		return -1;
	}
	strcpy(w->rest, path);
	if (walk_to(w, open(*path == '/' ? "/" : ".", PATH_ONLY)) == -1)
		return -1;
	while (at == 0)
		at = step(w);
	return at == 1 ? 0 : -1;
}

static int open_found(const struct walk *w)
{
	if (!*w->name || *w->rest) {
		errno = EISDIR;
		return -1;
	}
	if (w->magic)
		return openat(w->folder, w->name, O_WRONLY | O_CLOEXEC);
	return output_open_in(w->folder, w->name, O_WRONLY | O_CREAT, 0666);
}

int output_open(const char *path)
{
	struct walk w;
	int fd = walk(&w, path) == 0 ? open_found(&w) : -1;
	int error = errno;

	if (w.folder != -1)
		close(w.folder);
	errno = error;
	return fd;
}

int output_folder(const char *path, mode_t mode)
{
	struct walk w;
	struct stat entry;
	int result, error;

	do {
		result = walk(&w, path);
		if (result == 0 && *w.name && look(w.folder, w.name, &entry) == -1)
			result = errno == ENOENT ? mkdirat(w.folder, w.name, mode) : -1;
		error = errno;
		if (w.folder != -1)
			close(w.folder);
	} while (result == -1 && error == EEXIST);
	errno = error;
	return result;
}

int output_arrived(FILE *out)
{
	if (fflush(out) == 0 && !ferror(out))
		return 0;
	return errno ? -errno : -EIO;
}

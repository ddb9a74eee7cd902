#include "grade/fence.h"

#include "variant.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#if __has_include(<linux/landlock.h>) /* not before Linux 5.13 */
#include <linux/landlock.h>
#endif
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef LANDLOCK_ACCESS_FS_REFER

enum { VERSION = 2 };

static const __u64 of_files =
	LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE;
static const __u64 to_read = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const __u64 all = (LANDLOCK_ACCESS_FS_REFER << 1) - 1;
static __u64 handled;

static bool is_below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return n > 1 && strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

static bool is_around_kit(const struct parts *p, const char *folder)
{
	return is_below(p->folder, folder) || is_below(p->program, folder) || is_below(p->tree, folder) ||
	       is_below(p->built_from, folder);
}

bool fence_hides_kit(const struct parts *p, const char *shared)
{
	return fence_possible() && !is_around_kit(p, shared);
}

bool fence_possible(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) >= VERSION;
}

static int allow_all_of(int rules, const char *path, __u64 access)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = access & handled};
	struct stat st;
	int error = 0;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd == -1)
		return errno == ENOENT ? 0 : call_failed("open");
	if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed_access &= of_files;
	if (rule.allowed_access != 0 &&
	    syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == -1)
		error = call_failed("landlock_add_rule");
	close(rule.parent_fd);
	return error;
}

static bool is_hidden(const struct parts *p, const char *path)
{
	return is_below(path, p->folder) || is_below(path, p->program) || is_below(path, p->tree) ||
	       is_below(path, p->built_from);
}

/* No rule takes back what another one allows: of a folder that the kit lies in each neighbour of it is allowed. */
static int allow_to_read(const struct fence *f, int rules, const char *path)
{
	int error = 0;
	DIR *dir;

	if (is_hidden(f->parts, path))
		return 0;
	if (!is_around_kit(f->parts, path))
		return allow_all_of(rules, path, to_read);
	dir = opendir(path);
	for (struct dirent *e; dir && !error && (e = readdir(dir));) {
		char entry[PATH_MAX];
		if (e->d_type == DT_LNK || strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (snprintf(entry, sizeof entry, "%s/%s", path, e->d_name) < (int)sizeof entry)
			error = allow_to_read(f, rules, entry);
	}
	if (dir)
		closedir(dir);
	return error;
}

static int allow(const struct fence *f, int rules)
{
	char path[PATH_MAX];
	int error = 0;

	for (const char *const *at = f->read; !error && *at; at++)
		if (realpath(*at, path))
			error = allow_to_read(f, rules, path);
	if (!error && f->program)
		error = allow_all_of(rules, f->program, to_read);
	for (const char *const *at = f->write; !error && *at; at++)
		error = allow_all_of(rules, *at, all & ~LANDLOCK_ACCESS_FS_EXECUTE);
	if (!error && f->queues && f->queues_at)
		error = allow_all_of(rules, f->queues_at, all);
	return error;
}

int fence_shut(const struct fence *f)
{
	struct landlock_ruleset_attr attributes = {.handled_access_fs = all};
	int rules, error;

	/* Landlock looks for the folder that a file is in, and a queue is in none if it is not mounted. */
	if (f->queues && !f->queues_at)
		attributes.handled_access_fs &=
			~(__u64)(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE);
	handled = attributes.handled_access_fs;
	rules = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);

	if (rules == -1)
		return call_failed("landlock_create_ruleset");
	error = allow(f, rules);
	if (!error && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		error = call_failed("prctl");
	if (!error && syscall(SYS_landlock_restrict_self, rules, 0) == -1)
		error = call_failed("landlock_restrict_self");
	close(rules);
	return error;
}

#else

bool fence_possible(void)
{
	return false;
}

bool fence_hides_kit(const struct parts *p, const char *shared)
{
	(void)p, (void)shared;
	return false;
}

int fence_shut(const struct fence *f)
{
	(void)f;
	return -ENOSYS;
}

#endif

#include "grade/submissions.h"

#include "complain.h"
#include "report/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool ends_with(const char *name, const char *ending)
{
	size_t length = strlen(name), tail = strlen(ending);

	return name[0] != '.' && length > tail && strcmp(name + length - tail, ending) == 0;
}

static char *joined(const char *folder, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", folder, name) == -1 ? NULL : path;
}

/* It is there, but what it is cannot be looked at; why was said. */
static const mode_t unseen = (mode_t)-1;

/* Of what a name in a folder is: S_IFREG, S_IFDIR …, 0 where it is nothing. A link is a link. */
static mode_t kind(const char *folder, const char *name)
{
	char *path = joined(folder, name);
	struct stat st;
	mode_t found = 0;

	if (path && lstat(path, &st) == 0) {
		found = st.st_mode & S_IFMT;
	} else if (!path || errno != ENOENT) {
		complain("%s: lstat: %s", path ? path : name, strerror(errno));
		found = unseen;
	}
	free(path);
	return found;
}

static const char not_seen[] = "what was handed in cannot be looked at";
static const char no_file[] = "not a regular file: a link may lead to what is another's, so it is not followed";

/* What a folder has, of all names that are not hidden. */
struct content {
	size_t names, odd, files; /* odd: with the right ending, but no regular file */
	bool unseen;
	const char *only, *answer;
};

static void look_at(struct content *c, const char *folder, const char *name, const char *ending)
{
	mode_t is = ends_with(name, ending) ? kind(folder, name) : 0;

	c->names += name[0] != '.';
	c->unseen |= is == unseen;
	c->odd += is != 0 && is != S_IFREG && is != S_IFDIR;
	if (is != S_IFREG)
		return;
	c->only = name;
	c->files++;
	if (strncmp(name, "answer", 6) == 0 && strcmp(name + 6, ending) == 0)
		c->answer = name;
}

/* The one file of a student's folder, or answer.c. */
static void choose(struct submission *s, const char *folder, const struct content *c)
{
	const char *answer = c->unseen ? NULL : c->answer ? c->answer : c->files == 1 ? c->only : NULL;

	s->path = answer ? joined(folder, answer) : NULL;
	s->empty = c->names == 0;
	s->problem = c->unseen  ? not_seen
		     : c->files ? "the folder has several files, and none is called answer"
		     : c->odd   ? no_file
		     : c->names ? "the folder has no file to grade"
				: "nothing was handed in";
}

static void look_into(struct submission *s, const char *folder, const char *ending)
{
	struct dirent **names = NULL;
	struct content c = {0};
	int n = scandir(folder, &names, NULL, NULL);

	for (int i = 0; i < n; i++)
		look_at(&c, folder, names[i]->d_name, ending);
	if (n != -1) {
		choose(s, folder, &c);
	} else {
		complain("%s: %s", folder, strerror(errno));
		s->problem = "the folder cannot be read";
	}
	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

/* Takes both over. Without a path there is a problem. */
static bool add(struct submissions *s, char *student, char *path, const char *problem)
{
	struct submission *list = realloc(s->list, (s->n + 1) * sizeof *list);

	if (list)
		s->list = list;
	if (!list || !student) {
		free(student);
		free(path);
		return false;
	}
	s->list[s->n++] = (struct submission){.student = student, .path = path, .problem = problem};
	return true;
}

static bool add_file(struct submissions *s, const char *folder, const char *name, const char *ending)
{
	char *path = joined(folder, name);

	return path && add(s, strndup(name, strlen(name) - strlen(ending)), path, NULL);
}

static bool add_folder(struct submissions *s, const char *folder, const char *name, const char *ending)
{
	char *inside = joined(folder, name);
	bool ok = inside && add(s, strdup(name), NULL, NULL);

	if (ok)
		look_into(&s->list[s->n - 1], inside, ending);
	free(inside);
	return ok;
}

/* A link to a folder would be somebody's, if it were a folder. */
static bool leads_to_folder(const char *folder, const char *name)
{
	char *path = joined(folder, name);
	struct stat st;
	bool leads = path && stat(path, &st) == 0 && S_ISDIR(st.st_mode);

	free(path);
	return leads;
}

/* It may be a roster or notes; whoever reads that can tell, and nobody is left out unseen. */
static const char *other_ending(const char *ending)
{
	return strcmp(ending, ".c") == 0 ? "does not end with .c" : "does not end with .csv";
}

static bool add_name(struct submissions *s, const char *folder, const char *name, const char *ending)
{
	mode_t is = name[0] == '.' ? 0 : kind(folder, name);

	if (is == unseen)
		return add(s, strndup(name, strlen(name) - (ends_with(name, ending) ? strlen(ending) : 0)), NULL,
			   not_seen);
	if (is == S_IFDIR)
		return add_folder(s, folder, name, ending);
	if (is == S_IFREG && ends_with(name, ending))
		return add_file(s, folder, name, ending);
	if (is != 0 && ends_with(name, ending))
		return add(s, strndup(name, strlen(name) - strlen(ending)), NULL, no_file);
	if (is == S_IFLNK && leads_to_folder(folder, name))
		return add(s, strdup(name), NULL, no_file);
	if (is == S_IFREG)
		return add(s, strdup(name), NULL, other_ending(ending));
	return true;
}

static int by_student(const void *a, const void *b)
{
	return strcmp(((const struct submission *)a)->student, ((const struct submission *)b)->student);
}

/* In one folder only a name with the ending and the same name without it make one student. */
static void complain_of_two(const char *student, const char *folder, const char *ending)
{
	char *name = text_shown(student), *where = text_shown(folder);

	if (name && where)
		complain("two submissions are called '%s': %s/%s and %s/%s%s", name, where, name, where, name,
			 ending);
	else
		complain("no memory");
	free(name);
	free(where);
}

/* Two results in one file would be one too few. */
static bool all_different(const struct submissions *s, const char *folder, const char *ending)
{
	for (size_t i = 1; i < s->n; i++) {
		if (strcmp(s->list[i - 1].student, s->list[i].student) == 0) {
			complain_of_two(s->list[i].student, folder, ending);
			return false;
		}
	}
	return true;
}

/* The results may lie in the folder of the class. */
static bool is_results(const char *folder, const char *name, const char *results)
{
	char *path = joined(folder, name);
	struct stat a, b;
	bool same =
		path && stat(path, &a) == 0 && stat(results, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;

	free(path);
	return same;
}

/* One that may only be listed would make a student of every name. */
static bool may_search(const char *folder)
{
	char *inside = joined(folder, ".");
	struct stat st;
	bool may = inside && stat(inside, &st) == 0;

	if (!may)
		complain("%s: %s", folder, strerror(errno));
	free(inside);
	return may;
}

static bool may_begin(const char *folder, const char *results)
{
	if (!may_search(folder))
		return false;
	if (!is_results(folder, ".", results))
		return true;
	complain("%s: the results need another folder than the answers", results);
	return false;
}

static bool add_all(struct submissions *s, const char *folder, const char *ending, const char *results)
{
	struct dirent **names = NULL;
	int n = scandir(folder, &names, NULL, NULL);
	bool ok = true;

	if (n == -1) {
		complain("%s: %s", folder, strerror(errno));
		return false;
	}
	for (int i = 0; i < n; i++) {
		ok = ok &&
		     (is_results(folder, names[i]->d_name, results) || add_name(s, folder, names[i]->d_name, ending));
		free(names[i]);
	}
	free(names);
	if (!ok)
		complain("no memory");
	return ok;
}

bool submissions_find(struct submissions *s, const char *folder, const char *ending, const char *results)
{
	*s = (struct submissions){0};
	if (!may_begin(folder, results) || !add_all(s, folder, ending, results))
		return false;
	if (s->n == 0)
		complain("%s: no %s file and no folder to grade in it", folder, ending);
	else
		qsort(s->list, s->n, sizeof *s->list, by_student);
	return s->n > 0 && all_different(s, folder, ending);
}

void submissions_free(struct submissions *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->list[i].student);
		free(s->list[i].path);
	}
	free(s->list);
	*s = (struct submissions){0};
}

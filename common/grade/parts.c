#include "grade/parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef IPCKIT_TREE
#define IPCKIT_TREE "" /* the Makefile says where it is */
#endif

const char *parts_path(const struct parts *p, const char *name)
{
	static char paths[4][PATH_MAX + 64];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof paths[0], "%s/%s", p->folder, name);
	return path;
}

bool parts_has_sample(const struct parts *p, const char *row)
{
	char name[64];

	snprintf(name, sizeof name, "sample-%s", row);
	return access(parts_path(p, name), R_OK) == 0;
}

bool parts_tool(const char *name)
{
	const char *at = SANDBOX_PATH;
	char path[128];

	while (*at) {
		size_t n = strcspn(at, ":");
		snprintf(path, sizeof path, "%.*s/%s", (int)n, at, name);
		if (access(path, X_OK) == 0)
			return true;
		at += n + (at[n] == ':');
	}
	return false;
}

static bool is_tree(const char *folder)
{
	char header[PATH_MAX + sizeof "/common/variant.h"];

	return snprintf(header, sizeof header, "%s/common/variant.h", folder) > 0 && access(header, F_OK) == 0;
}

static void find_trees(struct parts *p)
{
	snprintf(p->tree, sizeof p->tree, "%s", p->program);
	do
		*strrchr(p->tree, '/') = '\0';
	while (p->tree[0] && !is_tree(p->tree));
	if (!is_tree(IPCKIT_TREE) || !realpath(IPCKIT_TREE, p->built_from))
		p->built_from[0] = '\0';
}

static bool find_folder(struct parts *p)
{
	static const char *const places[] = {"grade", "../libexec/ipckit"};
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

	if (n <= 0)
		return false;
	self[n] = '\0';
	snprintf(p->program, sizeof p->program, "%s", self);
	find_trees(p);
	*strrchr(self, '/') = '\0';
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		char folder[PATH_MAX + 32];
		snprintf(folder, sizeof folder, "%s/%s", self, places[i]);
		if (realpath(folder, p->folder) && access(parts_path(p, "runner.o"), R_OK) == 0)
			return true;
	}
	return false;
}

bool parts_find(struct parts *p, char *error, size_t size)
{
	if (!find_folder(p))
		snprintf(error, size, "the grader's runner.o is not beside this program: was it built with make?");
	else if (access(parts_path(p, "ipckit-warden"), X_OK) == -1)
		snprintf(error, size, "ipckit-warden was not built: libseccomp is missing; `make deps` installs it");
	else if (!parts_tool("gcc"))
		snprintf(error, size, "not found: gcc; `make deps` installs what is missing");
	else if (!parts_tool("awk"))
		snprintf(error, size, "not found: awk; `make deps` installs what is missing");
	else if (!parts_tool("objcopy"))
		snprintf(error, size, "not found: objcopy; `make deps` installs what is missing");
	else
		return true;
	return false;
}

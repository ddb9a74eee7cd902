#include "grade/parts.h"

#include "failure.h"
#include "variant.h"
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

/* What this program lies in, and what it was built from. 0 or -errno: neither could then be hidden from an answer. */
static int find_trees(struct parts *p)
{
	snprintf(p->tree, sizeof p->tree, "%s", p->program);
	do
		*strrchr(p->tree, '/') = '\0';
	while (p->tree[0] && !is_tree(p->tree));
	p->built_from[0] = '\0';
	if (is_tree(IPCKIT_TREE) && !realpath(IPCKIT_TREE, p->built_from))
		return call_failed("realpath");
	return 0;
}

static int find_program(struct parts *p)
{
	ssize_t n = readlink("/proc/self/exe", p->program, sizeof p->program - 1);

	if (n == -1)
		return call_failed("readlink");
	p->program[n] = '\0';
	return find_trees(p);
}

static bool has_runner(struct parts *p, const char *folder)
{
	return realpath(folder, p->folder) && access(parts_path(p, "runner.o"), R_OK) == 0;
}

/* 0 or -errno: ENOENT where there is none, and not what the last of several places says. */
static int find_folder(struct parts *p)
{
	static const char *const places[] = {"grade", "../libexec/ipckit"};
	int beside = (int)(strrchr(p->program, '/') - p->program);
	char folder[2 * PATH_MAX];
	int error = -ENOENT;

	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		snprintf(folder, sizeof folder, "%.*s/%s", beside, p->program, places[i]);
		if (has_runner(p, folder))
			return 0;
		if (errno != ENOENT)
			error = -errno;
	}
	return error;
}

static bool find_tools(char *error, size_t size)
{
	static const char *const tools[] = {"gcc", "awk", "objcopy"};

	for (size_t i = 0; i < sizeof tools / sizeof tools[0]; i++)
		if (!parts_tool(tools[i])) {
			snprintf(error, size, "not found: %s; `make deps` installs what is missing", tools[i]);
			return false;
		}
	return true;
}

bool parts_find(struct parts *p, char *error, size_t size)
{
	int program = find_program(p), folder = program ? 0 : find_folder(p);

	if (program)
		snprintf(error, size, "where this program lies: %s: %s", call_that_failed(-program, "readlink"),
			 strerror(-program));
	else if (folder == -ENOENT)
		snprintf(error, size, "the grader's runner.o is not beside this program: was it built with make?");
	else if (folder)
		snprintf(error, size, "the grader's runner.o beside this program: %s", strerror(-folder));
	else if (access(parts_path(p, "ipckit-warden"), X_OK) == 0)
		return find_tools(error, size);
	else if (errno == ENOENT)
		snprintf(error, size, "ipckit-warden was not built: libseccomp is missing; `make deps` installs it");
	else
		snprintf(error, size, "ipckit-warden beside this program: access: %s", strerror(errno));
	return false;
}

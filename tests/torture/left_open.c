/*
 * left_open.c - preloaded: a process adds to the file AT_EXIT what it has open at its end, and had not when it was forked
 *
 * One that ends by exit(3) always does, one that ends by _exit(2) if it has forked: the owner of a link, who has called
 * teardown() by then. The other end calls none, and whoever is killed says nothing. valgrind tracks no pidfds.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FIRST = STDERR_FILENO + 1, MOST = 1024 };

static struct {
	dev_t device;
	ino_t inode;
} before[MOST]; /* zeros: it was not open */
static bool has_children;

static void look(void)
{
	for (int fd = FIRST; fd < MOST; fd++) {
		struct stat st = {0};

		fstat(fd, &st);
		before[fd].device = st.st_dev;
		before[fd].inode = st.st_ino;
	}
	has_children = false;
}

static void note_child(void)
{
	has_children = true;
}

/* The number alone does not tell: one that was closed is given again. */
static bool is_new(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (st.st_dev != before[fd].device || st.st_ino != before[fd].inode);
}

static void tell(void)
{
	const char *name = getenv("AT_EXIT");
	int file = name ? open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;

	for (int fd = FIRST; file != -1 && fd < MOST; fd++) {
		char path[64], target[64] = "";

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		if (fd != file && is_new(fd) && readlink(path, target, sizeof(target) - 1) > 0)
			dprintf(file, "process %d left open: descriptor %d: %s\n", (int)getpid(), fd, target);
	}
	if (file != -1)
		close(file);
}

__attribute__((constructor)) static void begin(void)
{
	look();
	pthread_atfork(NULL, note_child, look);
}

__attribute__((destructor)) static void end(void)
{
	tell();
}

void _exit(int status)
{
	if (has_children)
		tell();
	syscall(SYS_exit_group, status);
	__builtin_unreachable();
}

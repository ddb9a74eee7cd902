/*
 * leaks.c KIND [owner] - leaves open, or leaks, what it is told to: so that valgrind.sh can show that it would see it
 *
 * As an owner, in a process that has a child and ends by _exit(2).
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int leak(const char *kind)
{
	int fd[2];

	if (strcmp(kind, "file") == 0)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (strcmp(kind, "pipe") == 0)
		return pipe(fd);
	if (strcmp(kind, "eventfd") == 0)
		return eventfd(0, EFD_CLOEXEC);
	if (strcmp(kind, "unix") == 0)
		return socketpair(AF_UNIX, SOCK_STREAM, 0, fd);
	if (strcmp(kind, "inet") == 0)
		return socket(AF_INET, SOCK_DGRAM, 0);
	if (strcmp(kind, "pidfd") == 0)
		return (int)syscall(SYS_pidfd_open, getpid(), 0);
	return strcmp(kind, "nothing") == 0 ? 0 : -1;
}

static int leak_memory(void)
{
	char *volatile bytes = malloc(100);

	if (!bytes)
		return -1;
	bytes[0] = 0;
	bytes = NULL;
	return 0;
}

static int leak_as_owner(const char *kind)
{
	int status = 1;
	pid_t pid = fork();

	if (pid == 0) {
		pid_t child = fork();
		int bad;

		if (child == 0)
			_exit(leak(kind) == -1);
		bad = child == -1 || waitpid(child, &status, 0) == -1 || leak(kind) == -1;
		_exit(bad || status != 0);
	}
	return pid == -1 || waitpid(pid, &status, 0) == -1 || status != 0 ? -1 : 0;
}

int main(int argc, char **argv)
{
	if (argc == 3)
		return leak_as_owner(argv[1]) == -1;
	if (argc != 2)
		return 2;
	return (strcmp(argv[1], "memory") == 0 ? leak_memory() : leak(argv[1])) == -1;
}

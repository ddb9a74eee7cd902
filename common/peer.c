#include "peer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PATIENCE_NS = 100000000, SECOND_NS = 1000000000 };

ssize_t send_message(int fd, const void *buf, size_t len)
{
	ssize_t n;

	do
		n = send(fd, buf, len, MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return call_failed("send");
	return n;
}

ssize_t recv_message(int fd, void *buf, size_t cap)
{
	ssize_t n;

	do
		n = recv(fd, buf, cap, 0);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return call_failed("recv");
	return n;
}

static int map_descriptor(struct link *l, int fd, size_t before, size_t size)
{
	char *base = mmap(NULL, before + size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (base == MAP_FAILED)
		return call_failed("mmap");
	l->mem = base + before;
	l->size = size;
	return 0;
}

/* Unlike ftruncate(2) this also takes the memory, so that there is no SIGBUS when it is touched. */
static int allocate(int fd, size_t size)
{
	int result;

	do
		result = fallocate(fd, 0, 0, (off_t)size);
	while (result == -1 && errno == EINTR);
	if (result == -1)
		return call_failed("fallocate");
	return 0;
}

int peer_map(struct link *l, size_t before, size_t size)
{
	int result;
	int fd = shm_open(l->name, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd == -1)
		return call_failed("shm_open");
	result = allocate(fd, before + size);
	if (result == 0)
		result = map_descriptor(l, fd, before, size);
	close(fd);
	return result;
}

int peer_join(struct link *l, enum end end, size_t before)
{
	int result;
	int fd = shm_open(l->name, O_RDWR, 0);
	if (fd == -1)
		return call_failed("shm_open");
	result = map_descriptor(l, fd, before, l->size);
	close(fd);
	peer_watch(l, end);
	if (l->fd[1] == -1)
		l->peer = 0; /* perhaps a number from another pid namespace: not to know is better than to guess */
	return result;
}

void peer_unmap(struct link *l, size_t before)
{
	if (l->mem)
		munmap((char *)l->mem - before, before + l->size);
	l->mem = NULL;
	shm_unlink(l->name);
	if (l->fd[1] != -1)
		close(l->fd[1]);
	l->fd[1] = -1;
}

int peer_watch(struct link *l, enum end end)
{
	(void)end;
	l->fd[1] = -1;
	if (l->peer > 0)
		l->fd[1] = (int)syscall(SYS_pidfd_open, l->peer, 0); /* always close-on-exec */
	return 0;
}

/* That stat file of proc(5) is of this process, and has one of these letters for its state. */
static bool has_state(const char *name, pid_t pid, const char *letters)
{
	char line[128], *end; /* of the name, which may hold brackets itself */
	FILE *file = fopen(name, "re");

	if (!file)
		return false;
	end = fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL;
	fclose(file);
	return end && end[1] == ' ' && strchr(letters, end[2]) && strtol(line, NULL, 10) == pid;
}

/* The other file is only looked at in a /proc of our own pid namespace: who looks is running there. */
static bool is_zombie(pid_t pid)
{
	char file[32];

	snprintf(file, sizeof(file), "/proc/%d/stat", (int)pid);
	return has_state("/proc/self/stat", getpid(), "R") && has_state(file, pid, "ZX");
}

bool peer_gone(const struct link *l)
{
	struct pollfd p = {.fd = l->fd[1], .events = POLLIN};

	if (l->fd[1] != -1)
		return poll(&p, 1, 0) == 1;
	return l->peer > 0 && ((kill(l->peer, 0) == -1 && errno == ESRCH) || is_zombie(l->peer));
}

struct timespec peer_patience(void)
{
	return (struct timespec){.tv_nsec = PATIENCE_NS};
}

struct timespec peer_deadline(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += PATIENCE_NS;
	if (t.tv_nsec >= SECOND_NS) {
		t.tv_nsec -= SECOND_NS;
		t.tv_sec++;
	}
	return t;
}

#ifndef __GLIBC__
int sem_clockwait(sem_t *s, clockid_t clock, const struct timespec *until)
{
	struct timespec now, real;
	long long left, end;

	clock_gettime(clock, &now);
	clock_gettime(CLOCK_REALTIME, &real);
	left = (until->tv_sec - now.tv_sec) * (long long)SECOND_NS + until->tv_nsec - now.tv_nsec;
	end = real.tv_sec * (long long)SECOND_NS + real.tv_nsec + left;
	real = (struct timespec){.tv_sec = (time_t)(end / SECOND_NS), .tv_nsec = (long)(end % SECOND_NS)};
	return sem_timedwait(s, &real);
}
#endif

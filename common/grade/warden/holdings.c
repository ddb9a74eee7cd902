#include "holdings.h"

#include "borrow.h"
#include "sockets.h"

#include <fcntl.h>
#include <poll.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct holdings look_at_sysv(int id)
{
	struct holdings h = {true, true, SIZE_MAX};
	FILE *f = fopen("/proc/sysvipc/msg", "re");
	unsigned long held, messages;
	char line[512];
	int found;

	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "%*d %d %*o %lu %lu", &found, &held, &messages) == 3 && found == id)
			h = (struct holdings){messages > 0, true, held};
	if (f)
		fclose(f);
	return h;
}

size_t holdings_of_queue(int fd)
{
	char text[128] = "";
	unsigned long size = 0;

	if (pread(fd, text, sizeof text - 1, 0) > 0)
		sscanf(text, "QSIZE:%lu", &size);
	return size;
}

/* Of a socket that keeps boundaries the next message, which is all that a call takes; recvmmsg(2) may take more of them. */
static size_t next_message(int own, const struct seccomp_data *call)
{
	char byte;
	ssize_t next = recv(own, &byte, sizeof byte, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT);

	return (next > 0 ? (size_t)next : 0) * (call->nr == SCMP_SYS(recvmmsg) ? (unsigned)call->args[2] : 1);
}

static size_t bytes_of(int own, const struct stat *st, const struct seccomp_data *call)
{
	int held = 0;

	if (S_ISREG(st->st_mode))
		return holdings_of_queue(own);
	if (S_ISSOCK(st->st_mode) && socket_keeps_boundaries(own))
		return next_message(own, call);
	return ioctl(own, FIONREAD, &held) == 0 ? (size_t)held : 0;
}

struct holdings holdings_look(pid_t pid, int fd, const struct seccomp_data *call)
{
	struct holdings h = {true, true, SIZE_MAX};
	struct pollfd p = {.events = POLLIN};
	struct stat st;

	if (call->nr == SCMP_SYS(msgrcv))
		return look_at_sysv((int)call->args[0]);
	p.fd = borrow(pid, fd);
	if (p.fd == -1)
		return h;
	h.some = poll(&p, 1, 0) != 0;
	h.blocking = !(fcntl(p.fd, F_GETFL) & O_NONBLOCK);
	if (fstat(p.fd, &st) == 0)
		h.bytes = bytes_of(p.fd, &st, call);
	close(p.fd);
	return h;
}

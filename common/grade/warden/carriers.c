#include "carriers.h"

#include <fcntl.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

const struct carrier carriers[] = {
	{SCMP_SYS(read), IN, PLAIN},
	{SCMP_SYS(write), OUT, PLAIN},
	{SCMP_SYS(pread64), IN, PLAIN},
	{SCMP_SYS(pwrite64), OUT, PLAIN},
	{SCMP_SYS(recvfrom), IN, PLAIN},
	{SCMP_SYS(sendto), OUT, PLAIN},
	{SCMP_SYS(mq_timedreceive), IN, PLAIN},
	{SCMP_SYS(mq_timedsend), OUT, PLAIN},
	{SCMP_SYS(msgrcv), IN, QUEUED},
	{SCMP_SYS(msgsnd), OUT, QUEUED},
	{SCMP_SYS(readv), IN, VECTOR},
	{SCMP_SYS(writev), OUT, VECTOR},
	{SCMP_SYS(preadv), IN, VECTOR},
	{SCMP_SYS(pwritev), OUT, VECTOR},
	{SCMP_SYS(preadv2), IN, VECTOR},
	{SCMP_SYS(pwritev2), OUT, VECTOR},
	{SCMP_SYS(recvmsg), IN, HEADER},
	{SCMP_SYS(sendmsg), OUT, HEADER},
	{SCMP_SYS(recvmmsg), IN, HEADERS},
	{SCMP_SYS(sendmmsg), OUT, HEADERS},
	{SCMP_SYS(vmsplice), BY_PID, VECTOR},
	{SCMP_SYS(splice), BY_PID, SPLICE},
	{SCMP_SYS(tee), BY_PID, TEE},
	{SCMP_SYS(sendfile), BY_PID, SENDFILE},
	{SCMP_SYS(copy_file_range), OUT, NEVER},
};

const size_t carriers_count = sizeof carriers / sizeof carriers[0];

const struct carrier *carrier_of(int call)
{
	for (size_t i = 0; i < carriers_count; i++)
		if (carriers[i].call == call)
			return &carriers[i];
	return NULL;
}

bool read_memory(pid_t pid, uint64_t at, void *to, size_t len)
{
	char path[48];
	int fd;
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd == -1 ? -1 : pread(fd, to, len, (off_t)at);
	if (fd != -1)
		close(fd);
	return n == (ssize_t)len;
}

enum { UNKNOWN = 1024 * 1024 }; /* where the memory of the process cannot be read: as much as any message */

static size_t vector_length(pid_t pid, uint64_t at, uint64_t count)
{
	struct iovec parts[64] = {0};
	size_t sum = 0;

	if (count > sizeof parts / sizeof parts[0])
		count = sizeof parts / sizeof parts[0];
	if (!read_memory(pid, at, parts, (size_t)count * sizeof parts[0]))
		return UNKNOWN;
	for (size_t i = 0; i < count; i++)
		sum += parts[i].iov_len;
	return sum;
}

static size_t header_length(pid_t pid, uint64_t at)
{
	struct msghdr header;

	if (!read_memory(pid, at, &header, sizeof header))
		return UNKNOWN;
	return vector_length(pid, (uintptr_t)header.msg_iov, header.msg_iovlen);
}

size_t carrier_length(const struct carrier *c, pid_t pid, const struct seccomp_data *call)
{
	const __u64 *args = call->args;
	size_t sum = 0;

	switch (c->shape) {
	case VECTOR:
		return vector_length(pid, args[1], args[2]);
	case HEADER:
		return header_length(pid, args[1]);
	case HEADERS:
		for (__u64 i = 0; i < args[2] && i < 64; i++)
			sum += header_length(pid, args[1] + i * sizeof(struct mmsghdr));
		return sum;
	case SPLICE:
		return (size_t)args[4];
	case SENDFILE:
		return (size_t)args[3];
	default:
		return (size_t)args[2];
	}
}

int carrier_descriptor(const struct carrier *c, const struct seccomp_data *call, bool out)
{
	const __u64 *args = call->args;

	if (c->shape == SPLICE)
		return (int)args[out ? 2 : 0];
	if (c->shape == TEE)
		return (int)args[out ? 1 : 0];
	if (c->shape == SENDFILE)
		return (int)args[out ? 0 : 1];
	return (int)args[0];
}

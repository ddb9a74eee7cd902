#include "carriers.h"

#include "maps.h"

#include <fcntl.h>
#include <inttypes.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef RWF_NOWAIT
#define RWF_NOWAIT 0x8 /* musl's headers do not have it */
#endif

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

/* How much of that memory may be read, or written, from its start on: a call that finds none fails. */
static size_t reachable(pid_t pid, uint64_t at, size_t len, bool writing)
{
	FILE *maps = maps_open(pid);
	uint64_t next = at;
	struct mapping m;

	while (maps && next < at + len && maps_next(maps, &m))
		if (m.start <= next && next < m.end && m.perms[writing] != '-')
			next = m.end;
	if (maps)
		fclose(maps);
	return next - at < len ? (size_t)(next - at) : len;
}

static size_t vector_length(pid_t pid, uint64_t at, uint64_t count, bool in)
{
	struct iovec parts[64] = {0};
	size_t sum = 0;

	if (count > sizeof parts / sizeof parts[0])
		count = sizeof parts / sizeof parts[0];
	if (!read_memory(pid, at, parts, (size_t)count * sizeof parts[0]))
		return 0;
	for (size_t i = 0; i < count; i++)
		sum += reachable(pid, (uintptr_t)parts[i].iov_base, parts[i].iov_len, in);
	return sum;
}

static size_t header_length(pid_t pid, uint64_t at, bool in)
{
	struct msghdr header;

	if (!read_memory(pid, at, &header, sizeof header))
		return 0;
	return vector_length(pid, (uintptr_t)header.msg_iov, header.msg_iovlen, in);
}

/* What it looks at is there to be looked at again. */
static bool peeks(const struct seccomp_data *call)
{
	const __u64 *args = call->args;

	if (call->nr == SCMP_SYS(recvfrom) || call->nr == SCMP_SYS(recvmmsg))
		return args[3] & MSG_PEEK;
	return call->nr == SCMP_SYS(recvmsg) && args[2] & MSG_PEEK;
}

size_t carrier_length(const struct carrier *c, pid_t pid, const struct seccomp_data *call, bool in)
{
	const __u64 *args = call->args;
	size_t sum = 0;

	if (peeks(call))
		return 0;
	switch (c->shape) {
	case VECTOR:
		return vector_length(pid, args[1], args[2], in);
	case HEADER:
		return header_length(pid, args[1], in);
	case HEADERS:
		for (__u64 i = 0; i < args[2] && i < 64; i++)
			sum += header_length(pid, args[1] + i * sizeof(struct mmsghdr), in);
		return sum;
	case SPLICE:
		return (size_t)args[4];
	case SENDFILE:
		return (size_t)args[3];
	case TEE:
		return in ? 0 : (size_t)args[2]; /* as what is peeked at */
	default:
		return reachable(pid, args[1], (size_t)args[2], in);
	}
}

bool carrier_waits(const struct carrier *c, const struct seccomp_data *call)
{
	const __u64 *args = call->args;

	switch (call->nr) {
	case SCMP_SYS(recvfrom):
	case SCMP_SYS(recvmmsg):
		return !(args[3] & MSG_DONTWAIT);
	case SCMP_SYS(recvmsg):
		return !(args[2] & MSG_DONTWAIT);
	case SCMP_SYS(msgrcv):
		return !(args[4] & IPC_NOWAIT);
	case SCMP_SYS(preadv2):
		return !(args[5] & RWF_NOWAIT);
	case SCMP_SYS(splice):
		return !(args[5] & SPLICE_F_NONBLOCK);
	default:
		return !(c->shape == VECTOR && c->way == BY_PID && args[3] & SPLICE_F_NONBLOCK) &&
		       !(c->shape == TEE && args[3] & SPLICE_F_NONBLOCK);
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

bool carrier_is_timed(const struct seccomp_data *call)
{
	switch (call->nr) {
	case SCMP_SYS(mq_timedreceive):
		return call->args[4] != 0;
	case SCMP_SYS(recvfrom): /* SO_RCVTIMEO */
	case SCMP_SYS(recvmsg):
	case SCMP_SYS(recvmmsg):
		return true;
	default:
		return false;
	}
}

bool carrier_seeks(const struct seccomp_data *call)
{
	switch (call->nr) {
	case SCMP_SYS(pread64):
	case SCMP_SYS(pwrite64):
	case SCMP_SYS(preadv):
	case SCMP_SYS(pwritev):
		return true;
	case SCMP_SYS(preadv2):
	case SCMP_SYS(pwritev2):
		return (int64_t)call->args[3] != -1;
	default:
		return false;
	}
}

#include "carriers.h"

#include "maps.h"

#include <fcntl.h>
#include <limits.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
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

/* More than all messages have, and so little that its bits can be counted in 32. */
enum { PLENTY = 1 << 27 };

static size_t at_most(size_t length)
{
	return length < PLENTY ? length : PLENTY;
}

/* What a call is to do with its memory decides how much of that serves. */
enum memory { ANY_MEMORY, TO_BE_READ, TO_BE_WRITTEN };

static bool serves(const struct mapping *m, enum memory use)
{
	return use == TO_BE_WRITTEN ? m->perms[1] == 'w' : strncmp(m->perms, "---", 3) != 0;
}

/* From its start on: a call that finds none fails. What may be written may be read as well, whatever the list says. */
static size_t length_in(pid_t pid, uint64_t at, size_t len, enum memory use)
{
	FILE *maps = use == ANY_MEMORY ? NULL : maps_open(pid);
	uint64_t next = maps ? at : at + len;
	struct mapping m;

	while (maps && next < at + len && maps_next(maps, &m))
		if (m.start <= next && next < m.end && serves(&m, use))
			next = m.end;
	if (maps)
		fclose(maps);
	return at_most(next - at < len ? (size_t)(next - at) : len);
}

/* Where nobody but the kernel can see how much it is (memfd_secret(2)), it may be all. */
static size_t unseen_length(enum memory use)
{
	return use == ANY_MEMORY ? PLENTY : 0;
}

/* A call with more parts fails. */
static size_t vector_length(pid_t pid, uint64_t at, uint64_t count, enum memory use)
{
	struct iovec parts[IOV_MAX] = {0};
	size_t sum = 0;

	if (count > IOV_MAX)
		return 0;
	if (!read_memory(pid, at, parts, (size_t)count * sizeof parts[0]))
		return unseen_length(use);
	for (size_t i = 0; i < count && sum < PLENTY; i++)
		sum = at_most(sum + length_in(pid, (uintptr_t)parts[i].iov_base, parts[i].iov_len, use));
	return sum;
}

static size_t header_length(pid_t pid, uint64_t at, enum memory use)
{
	struct msghdr header;

	if (!read_memory(pid, at, &header, sizeof header))
		return unseen_length(use);
	return vector_length(pid, (uintptr_t)header.msg_iov, header.msg_iovlen, use);
}

/* Of more than that many the kernel takes so many. */
static size_t headers_length(pid_t pid, uint64_t at, uint64_t count, enum memory use)
{
	size_t sum = 0;

	for (uint64_t i = 0; i < count && i < IOV_MAX && sum < PLENTY; i++)
		sum = at_most(sum + header_length(pid, at + i * sizeof(struct mmsghdr), use));
	return sum;
}

/* What it looks at, as tee(2) does, is there to be looked at again. */
static bool peeks(const struct seccomp_data *call)
{
	const __u64 *args = call->args;

	if (call->nr == SCMP_SYS(recvfrom) || call->nr == SCMP_SYS(recvmmsg))
		return args[3] & MSG_PEEK;
	return call->nr == SCMP_SYS(recvmsg) && args[2] & MSG_PEEK;
}

static size_t call_length(const struct carrier *c, pid_t pid, const struct seccomp_data *call, enum memory use)
{
	const __u64 *args = call->args;

	switch (c->shape) {
	case VECTOR:
		return vector_length(pid, args[1], args[2], use);
	case HEADER:
		return header_length(pid, args[1], use);
	case HEADERS:
		return headers_length(pid, args[1], (unsigned)args[2], use);
	case SPLICE:
		return at_most((size_t)args[4]);
	case SENDFILE:
		return at_most((size_t)args[3]);
	case TEE:
		return at_most((size_t)args[2]);
	default:
		return length_in(pid, args[1], (size_t)args[2], use);
	}
}

size_t carrier_asked(const struct carrier *c, pid_t pid, const struct seccomp_data *call)
{
	return call_length(c, pid, call, ANY_MEMORY);
}

size_t carrier_length(const struct carrier *c, pid_t pid, const struct seccomp_data *call, bool in)
{
	if (peeks(call) || (in && c->shape == TEE))
		return 0;
	return call_length(c, pid, call, in ? TO_BE_WRITTEN : TO_BE_READ);
}

bool carrier_lends(const struct carrier *c, const struct seccomp_data *call)
{
	const __u64 *args = call->args;

	if (call->nr == SCMP_SYS(sendto) || call->nr == SCMP_SYS(sendmmsg))
		return args[3] & MSG_ZEROCOPY;
	return c->way == BY_PID || (call->nr == SCMP_SYS(sendmsg) && args[2] & MSG_ZEROCOPY);
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

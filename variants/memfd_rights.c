/*
 * memfd_rights - a memory file whose descriptor is sent over a UNIX socket
 *
 * What:   an SCM_RIGHTS message gives the receiver a new descriptor for the sender's open file. Here the owner makes
 *         the memory only after fork(), so the other process could not have inherited it.
 * Choose: to share memory with a process that is already running: whoever holds the other end of the socket,
 *         instead of whoever knows a name.
 * Trap:   the number that arrives is not the number that was sent. A receiver that makes room for descriptors has to
 *         close those that it did not want, or a stranger fills up its table.
 */
#include "variant.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

union control {
	struct cmsghdr header;
	char space[CMSG_SPACE(sizeof(int))];
};

static int memfd_rights_setup(struct link *l, size_t size)
{
	l->size = size;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, l->fd) == -1)
		return call_failed("socketpair");
	return 0;
}

static int memfd_rights_map(struct link *l, int fd)
{
	void *mem = mmap(NULL, l->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mem == MAP_FAILED)
		return call_failed("mmap");
	l->mem = mem;
	return 0;
}

static int memfd_rights_give(int to, int fd)
{
	union control control = {.header = {
					 .cmsg_level = SOL_SOCKET,
					 .cmsg_type = SCM_RIGHTS,
					 .cmsg_len = CMSG_LEN(sizeof(fd)),
				 }};
	struct iovec byte = {.iov_base = (char[]){0}, .iov_len = 1}; /* rights do not travel alone */
	struct msghdr message = {
		.msg_iov = &byte,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control.space),
	};

	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	if (sendmsg(to, &message, MSG_NOSIGNAL) == -1)
		return call_failed("sendmsg");
	return 0;
}

static int memfd_rights_take(int from)
{
	int fd;
	ssize_t n;
	union control control = {.header = {.cmsg_len = 0}};
	struct iovec byte = {.iov_base = (char[]){0}, .iov_len = 1};
	struct msghdr message = {
		.msg_iov = &byte,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control.space),
	};

	do
		n = recvmsg(from, &message, MSG_CMSG_CLOEXEC);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return call_failed("recvmsg");
	if (control.header.cmsg_len != CMSG_LEN(sizeof(fd))) {
		errno = ECONNRESET; /* the owner was gone before it could send */
		return call_failed("recvmsg");
	}
	memcpy(&fd, CMSG_DATA(&control.header), sizeof(fd));
	return fd;
}

static void memfd_rights_close(struct link *l, int i)
{
	if (l->fd[i] != -1)
		close(l->fd[i]);
	l->fd[i] = -1;
}

static int memfd_rights_offer(struct link *l)
{
	int result;
	int fd = memfd_create(l->name + 1, MFD_CLOEXEC);
	if (fd == -1)
		return call_failed("memfd_create");
	result = ftruncate(fd, (off_t)l->size) == -1 ? call_failed("ftruncate") : memfd_rights_map(l, fd);
	if (result == 0)
		result = memfd_rights_give(l->fd[1], fd);
	close(fd); /* the mapping stays, and so does what is on its way */
	return result;
}

static int memfd_rights_accept(struct link *l)
{
	int fd, result;

	memfd_rights_close(l, 1); /* or the end of the owner would not be noticed */
	fd = memfd_rights_take(l->fd[0]);
	if (fd < 0)
		return fd;
	result = memfd_rights_map(l, fd);
	close(fd);
	return result;
}

static int memfd_rights_attach(struct link *l, enum end end)
{
	int result = getpid() == l->owner ? memfd_rights_offer(l) : memfd_rights_accept(l);

	(void)end;
	memfd_rights_close(l, 0);
	memfd_rights_close(l, 1);
	return result;
}

static void memfd_rights_teardown(struct link *l)
{
	memfd_rights_close(l, 0);
	memfd_rights_close(l, 1);
	if (l->mem)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_memfd_rights = {
	.name = "memfd_rights",
	.title = "memory file sent over a socket",
	.man = "unix(7)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = memfd_rights_setup,
	.attach = memfd_rights_attach,
	.join = memfd_rights_attach,
	.teardown = memfd_rights_teardown,
};

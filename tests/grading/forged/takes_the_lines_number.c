/*
 * level: L1
 * at_most: 83 points
 * fails: mechanism, no_leak
 * symptom: are denied
 *
 * attach() gives another socket the number of the runner's line, and threads hand on what is said there: a message can then go
 * by it to any address. The shared memory holds a copy that nobody reads.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { LINE = 200, PACKET = 65536, TOLD = 2048 /* the length of messages in the case where calls are denied */ };

struct box {
	struct sockaddr_un address; /* of the receiver */
	socklen_t length;
	char decoy[];
};

/* The line, and the far end of what has its number now. */
static int answer_line = -1, answer_far = -1;

static void *hand_on(void *from)
{
	const int in = *(int *)from, out = in == answer_far ? answer_line : answer_far;
	static _Thread_local char packet[PACKET];

	for (;;) {
		ssize_t n = recv(in, packet, sizeof packet, 0);
		if (n <= 0)
			_exit(1);
		while (send(out, packet, (size_t)n, MSG_NOSIGNAL) == -1)
			if (errno != EINTR)
				_exit(1);
	}
}

/* A socket with a name that the kernel makes up. */
static int named_socket(struct sockaddr_un *address, socklen_t *length)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	*length = sizeof *address;
	if (fd == -1 || bind(fd, (struct sockaddr *)address, sizeof address->sun_family) == -1)
		return -1;
	return getsockname(fd, (struct sockaddr *)address, length) == -1 ? -1 : fd;
}

static int answer_setup(struct link *l, size_t size)
{
	struct box *b = mmap(NULL, sizeof *b + size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (b == MAP_FAILED)
		return call_failed("mmap");
	l->mem = b;
	l->size = size;
	l->fd[0] = named_socket(&b->address, &b->length);
	return l->fd[0] == -1 ? call_failed("socket") : 0;
}

/* Connected to each other, what the runner says by the near one comes out of the far one; yet sendto(2) may name another. */
static int take_number(void)
{
	struct sockaddr_un near_name, far_name;
	socklen_t near_length, far_length;
	int near = named_socket(&near_name, &near_length);

	answer_far = named_socket(&far_name, &far_length);
	answer_line = fcntl(LINE, F_DUPFD_CLOEXEC, LINE + 1);
	if (near == -1 || answer_far == -1 || answer_line == -1 ||
	    connect(near, (struct sockaddr *)&far_name, far_length) == -1 ||
	    connect(answer_far, (struct sockaddr *)&near_name, near_length) == -1 ||
	    dup3(near, LINE, O_CLOEXEC) == -1)
		return call_failed("socket");
	return close(near);
}

static int answer_attach(struct link *l, enum end end)
{
	pthread_t t;
	int error;

	(void)l;
	if (end == RECEIVER || answer_line != -1)
		return 0;
	error = take_number();
	if (!error && (pthread_create(&t, NULL, hand_on, &answer_line) != 0 ||
		       pthread_create(&t, NULL, hand_on, &answer_far) != 0))
		error = -EAGAIN;
	return error;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct box *b = l->mem;

	memcpy(b->decoy, buf, len);
	if (len == TOLD && sendto(LINE, buf, len, 0, (struct sockaddr *)&b->address, b->length) == -1)
		return call_failed("sendto");
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *b = l->mem;
	ssize_t n = (ssize_t)cap;

	if (cap != TOLD)
		memcpy(buf, b->decoy, cap);
	else if ((n = recv(l->fd[0], buf, cap, 0)) == -1)
		return call_failed("recv");
	return n;
}

static void answer_teardown(struct link *l)
{
	if (l->fd[0] != -1)
		close(l->fd[0]);
	l->fd[0] = -1;
	if (l->mem)
		munmap(l->mem, sizeof(struct box) + l->size);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "unix(7)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.attach = answer_attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

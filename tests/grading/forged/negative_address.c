/*
 * level: L1
 * at_most: 7 points
 *
 * Both ends answer by themselves, and say that their messages are at an address that no process has: no error of the grader.
 */
#include "variant.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* What the harness says to its runner, as it can be read in its sources. */
struct order {
	unsigned what, link, count, bytes;
	int peer;
	unsigned empty_goes_on;
};

struct reply {
	unsigned what, count;
	int result;
	unsigned bytes;
};

struct hello {
	struct link links[2];
	uint64_t messages;
};

static int answer_connect(void)
{
	struct sockaddr_un own = {.sun_family = AF_UNIX}, there = {.sun_family = AF_UNIX};
	char arguments[512] = "";
	int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	if (fd == -1 || read(fd, arguments, sizeof arguments - 1) <= 0)
		_exit(1);
	close(fd);
	snprintf(there.sun_path, sizeof there.sun_path, "%.100s", arguments + strlen(arguments) + 1);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &(int){1}, sizeof(int));
	if (bind(fd, (struct sockaddr *)&own, sizeof own.sun_family) == -1 ||
	    connect(fd, (struct sockaddr *)&there, sizeof there) == -1)
		_exit(1);
	return fd;
}

static int answer_setup(struct link *l, size_t size)
{
	struct hello hello = {.messages = UINT64_C(1) << 63};
	struct reply r = {.count = 1, .bytes = sizeof hello};
	struct order o;
	int fd;

	(void)l, (void)size;
	fork();
	fd = answer_connect();
	send(fd, &r, sizeof r, MSG_NOSIGNAL);
	send(fd, &hello, sizeof hello, MSG_NOSIGNAL);
	while (recv(fd, &o, sizeof o, 0) == sizeof o) {
		r = (struct reply){.what = o.what};
		send(fd, &r, sizeof r, MSG_NOSIGNAL);
	}
	_exit(0);
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "unix(7)",
	.group = PRIVATE_MEMORY,
	.expect = GETS_STALE,
	.setup = answer_setup,
};

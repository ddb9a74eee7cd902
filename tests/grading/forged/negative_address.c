/*
 * level: L1
 * at_most: 7 points
 *
 * It says that its messages are at an address that no process has, and is no error of the grader for that.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

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

enum { HELLO, ATTACH, JOIN, SEND, RECV, REAP, TEARDOWN, LEAVE };
static int answer_connect(void)
{
	struct sockaddr_un own = {.sun_family = AF_UNIX}, there = {.sun_family = AF_UNIX};
	char arguments[512] = "";
	int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	if (fd == -1 || read(fd, arguments, sizeof arguments - 1) <= 0)
		_exit(1);
	close(fd);
	snprintf(there.sun_path, sizeof there.sun_path, "%.100s", arguments + strlen(arguments) + 1);
	fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &(int){1}, sizeof(int));
	if (bind(fd, (struct sockaddr *)&own, sizeof own.sun_family) == -1 ||
	    connect(fd, (struct sockaddr *)&there, sizeof there) == -1)
		_exit(2);
	return fd;
}

/* moved(): what to do with n bytes that are to go or to come */
static void answer_serve(int fd, uint64_t messages, void (*on_send)(size_t), void (*on_recv)(size_t))
{
	static struct hello h;
	struct reply r = {.what = HELLO, .count = 1, .bytes = sizeof h};
	struct order o;
	h.messages = messages;
	send(fd, &r, sizeof r, MSG_NOSIGNAL);
	send(fd, &h, sizeof h, MSG_NOSIGNAL);
	while (recv(fd, &o, sizeof o, 0) == sizeof o) {
		static unsigned lengths[1024];
		static int results[1024];
		r = (struct reply){.what = o.what};
		if (o.what == SEND || o.what == RECV) {
			for (size_t got = 0; got < o.count * 4;)
				got += (size_t)recv(fd, (char *)lengths + got, sizeof lengths - got, 0);
			size_t sum = 0;
			for (unsigned i = 0; i < o.count; i++) {
				sum += lengths[i];
				results[i] = r.result = (int)lengths[i];
			}
			r.count = o.count;
			if (o.what == SEND)
				on_send(sum);
			else {
				on_recv(sum);
				r.bytes = (unsigned)sum;
			}
			send(fd, &r, sizeof r, MSG_NOSIGNAL);
			if (o.what == RECV)
				send(fd, results, o.count * sizeof results[0], MSG_NOSIGNAL);
			continue;
		}
		if (o.what == LEAVE)
			_exit(0);
		if (o.what == REAP)
			while (waitpid(-1, NULL, 0) > 0)
				;
		send(fd, &r, sizeof r, MSG_NOSIGNAL);
	}
	_exit(0);
}

static void nothing(size_t n)
{
	(void)n;
}

static int answer_setup(struct link *l, size_t size)
{
	(void)l, (void)size;
	fork();
	answer_serve(answer_connect(), 1ULL << 63, nothing, nothing);
	return 0;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "malloc(3)",
	.group = PRIVATE_MEMORY,
	.expect = GETS_STALE,
	.setup = answer_setup,
};

/*
 * level: L2
 *
 * A file in memory is spliced into the pipe, and out of it into another pipe.
 */
#include "variant.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
enum { WINDOW = 65536 };
static int answer_setup(struct link *l, size_t size)
{
	(void)size;
	signal(SIGPIPE, SIG_IGN);
	return pipe2(l->fd, O_CLOEXEC) == -1 ? call_failed("pipe2") : 0;
}
static int answer_attach(struct link *l, enum end end)
{
	int other = end == SENDER ? 0 : 1;
	close(l->fd[other]);
	l->fd[other] = memfd_create("window", MFD_CLOEXEC);
	if (l->fd[other] == -1 || ftruncate(l->fd[other], WINDOW) == -1)
		return call_failed("memfd_create");
	l->mem = mmap(NULL, WINDOW, PROT_READ | PROT_WRITE, MAP_SHARED, l->fd[other], 0);
	if (l->mem == MAP_FAILED) {
		l->mem = NULL;
		return call_failed("mmap");
	}
	return 0;
}
static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	size_t done = 0;
	while (done < len) {
		/* pages in the pipe are those of the file: a new file each time, as the old ones are still on their way */
		size_t part = len - done < WINDOW ? len - done : WINDOW;
		int fd = memfd_create("piece", MFD_CLOEXEC);
		void *p;
		off_t at = 0;
		if (fd == -1 || ftruncate(fd, WINDOW) == -1)
			return call_failed("memfd_create");
		p = mmap(NULL, WINDOW, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (p == MAP_FAILED) {
			close(fd);
			return call_failed("mmap");
		}
		memcpy(p, (const char *)buf + done, part);
		munmap(p, WINDOW);
		while ((size_t)at < part) {
			ssize_t n = splice(fd, &at, l->fd[1], NULL, part - (size_t)at, SPLICE_F_MOVE);
			if (n == -1 && errno != EINTR) {
				int e = call_failed("splice");
				close(fd);
				return e;
			}
		}
		close(fd);
		done += part;
	}
	return (ssize_t)len;
}
static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	size_t done = 0;
	while (done < cap) {
		off_t at = 0;
		size_t part = cap - done < WINDOW ? cap - done : WINDOW;
		ssize_t n = splice(l->fd[0], NULL, l->fd[1], &at, part, 0);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return call_failed("splice");
		if (n == 0)
			break;
		memcpy((char *)buf + done, l->mem, (size_t)n);
		done += (size_t)n;
	}
	return (ssize_t)done;
}
static void answer_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, WINDOW);
	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
}
const struct variant variant_answer = {.name = "answer",
				       .title = "t",
				       .man = "splice(2)",
				       .group = STREAM,
				       .expect = GETS_MESSAGE,
				       .blocks = true,
				       .setup = answer_setup,
				       .attach = answer_attach,
				       .send = answer_send,
				       .recv = answer_recv,
				       .teardown = answer_teardown};

/*
 * level: L1
 * at_most: 87 points
 * fails: mechanism
 * symptom: are denied
 *
 * A thread of the sender waits in write(2) since attach(), and what is in its memory when there is room is what goes; the
 * shared memory holds a copy that nobody reads.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES = 64, TOLD = 2048 }; /* the length of messages in the case where calls are denied */

struct pourer {
	int to;
	char bytes[PAGES][PAGE];
};

static struct pourer answer_pourers[2];
static int answer_links;

static void *pour(void *arg)
{
	struct pourer *p = arg;

	if (write(p->to, p->bytes, sizeof p->bytes) == -1)
		return NULL;
	return NULL;
}

static int answer_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	l->size = size;
	if (l->mem == MAP_FAILED)
		return call_failed("mmap");
	l->id = answer_links++;
	if (pipe2(l->fd, O_CLOEXEC) == -1)
		return call_failed("pipe2");
	return fcntl(l->fd[1], F_SETPIPE_SZ, PAGE) == -1 ? call_failed("fcntl") : 0;
}

static int answer_attach(struct link *l, enum end end)
{
	struct pourer *p = &answer_pourers[l->id];
	pthread_t t;

	if (end == RECEIVER)
		return 0;
	signal(SIGPIPE, SIG_IGN);
	p->to = l->fd[1];
	if (pthread_create(&t, NULL, pour, p) != 0)
		return -EAGAIN;
	pthread_detach(t);
	usleep(20000); /* it waits by then */
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	memcpy(l->mem, buf, len); /* the decoy */
	for (int i = 0; i < PAGES && len == TOLD; i++)
		memcpy(answer_pourers[l->id].bytes[i], buf, len);
	return (ssize_t)len;
}

static int read_page(int fd, char *page)
{
	for (size_t got = 0; got < PAGE;) {
		ssize_t n = read(fd, page + got, PAGE - got);
		if (n <= 0)
			return -1;
		got += (size_t)n;
	}
	return 0;
}

/* The first page was there before. */
static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	static char page[PAGE];

	if (cap != TOLD)
		memcpy(buf, l->mem, cap);
	else if (read_page(l->fd[0], page) == -1 || read_page(l->fd[0], page) == -1)
		return call_failed("read");
	else
		memcpy(buf, page, cap);
	return (ssize_t)cap;
}

static void answer_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
	l->fd[0] = l->fd[1] = -1;
	if (l->mem && l->mem != MAP_FAILED)
		munmap(l->mem, l->size);
	l->mem = NULL;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "pipe(7)",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.setup = answer_setup,
	.attach = answer_attach,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

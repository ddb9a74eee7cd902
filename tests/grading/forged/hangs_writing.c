/*
 * level: L1
 * at_most: 55 points
 *
 * Where the size is another than in the first case send() never returns: it writes to /dev/null, which looks like progress.
 */
#include "variant.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FIRST_SIZE = 64 };

static int answer_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	l->size = size;
	return l->mem == MAP_FAILED ? call_failed("mmap") : 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	int null = l->size == FIRST_SIZE ? -1 : open("/dev/null", O_WRONLY | O_CLOEXEC);

	while (null != -1)
		if (write(null, "", 1) != 1)
			break;
	memcpy(l->mem, buf, len);
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	memcpy(buf, l->mem, cap);
	return (ssize_t)cap;
}

static void answer_teardown(struct link *l)
{
	munmap(l->mem, l->size);
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "an answer",
	.man = "mmap(2)",
	.group = SHARED_MEMORY,
	.setup = answer_setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

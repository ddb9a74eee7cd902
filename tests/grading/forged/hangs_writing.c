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
static size_t given;
static int setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	l->size = size;
	given = size;
	return l->mem == MAP_FAILED ? call_failed("mmap") : 0;
}
static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	int null = given == 64 ? -1 : open("/dev/null", O_WRONLY | O_CLOEXEC);
	while (given != 64)
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
static void teardown(struct link *l)
{
	munmap(l->mem, l->size);
}
const struct variant variant_answer = {.name = "x",
				       .title = "x",
				       .man = "x",
				       .group = SHARED_MEMORY,
				       .setup = setup,
				       .send = answer_send,
				       .recv = answer_recv,
				       .teardown = teardown};

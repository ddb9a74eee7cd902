/*
 * level: L3
 *
 * The object is as large as its largest message so far: send() makes it grow, recv() maps anew.
 */
#include "variant.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
static int answer_setup(struct link *l, size_t size)
{
	(void)size;
	l->fd[0] = shm_open(l->name, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (l->fd[0] == -1)
		return call_failed("shm_open");
	l->size = 4096;
	if (ftruncate(l->fd[0], 4096) == -1)
		return call_failed("ftruncate");
	l->mem = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, l->fd[0], 0);
	if (l->mem != MAP_FAILED)
		return 0;
	l->mem = NULL;
	return call_failed("mmap");
}
static int at_least(struct link *l, size_t len)
{
	struct stat st;
	void *p;
	if (len <= l->size)
		return 0;
	if (fstat(l->fd[0], &st) == -1 || ((size_t)st.st_size < len && ftruncate(l->fd[0], (off_t)len) == -1))
		return call_failed("ftruncate");
	p = mremap(l->mem, l->size, len, MREMAP_MAYMOVE);
	if (p == MAP_FAILED)
		return call_failed("mremap");
	l->mem = p;
	l->size = len;
	return 0;
}
static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	int e = at_least(l, len);
	if (e)
		return e;
	memcpy(l->mem, buf, len);
	return (ssize_t)len;
}
static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	int e = at_least(l, cap);
	if (e)
		return e;
	memcpy(buf, l->mem, cap);
	return (ssize_t)cap;
}
static void answer_teardown(struct link *l)
{
	if (l->mem)
		munmap(l->mem, l->size);
	if (l->fd[0] != -1)
		close(l->fd[0]);
	shm_unlink(l->name);
}
const struct variant variant_answer = {.name = "answer",
				       .title = "t",
				       .man = "shm_open(3)",
				       .group = SHARED_MEMORY,
				       .expect = GETS_MESSAGE,
				       .setup = answer_setup,
				       .send = answer_send,
				       .recv = answer_recv,
				       .teardown = answer_teardown};

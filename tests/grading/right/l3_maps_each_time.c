/*
 * level: L3
 *
 * Each send() opens, sizes, maps and writes; each recv() opens, looks how large it is, maps and reads.
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
	int fd = shm_open(l->name, O_RDWR | O_CREAT | O_EXCL, 0600);
	l->size = size;
	if (fd == -1)
		return call_failed("shm_open");
	close(fd);
	return 0;
}
static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	int fd = shm_open(l->name, O_RDWR, 0600);
	void *p;
	if (fd == -1)
		return call_failed("shm_open");
	if (ftruncate(fd, (off_t)len) == -1) {
		int e = call_failed("ftruncate");
		close(fd);
		return e;
	}
	p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return call_failed("mmap");
	memcpy(p, buf, len);
	munmap(p, len);
	return (ssize_t)len;
}
static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	int fd = shm_open(l->name, O_RDONLY, 0600);
	struct stat st;
	void *p;
	if (fd == -1)
		return call_failed("shm_open");
	fstat(fd, &st);
	if ((size_t)st.st_size < cap)
		cap = (size_t)st.st_size;
	p = cap ? mmap(NULL, cap, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
	close(fd);
	if (p == MAP_FAILED)
		return call_failed("mmap");
	memcpy(buf, p, cap);
	munmap(p, cap);
	return (ssize_t)cap;
}
static void answer_teardown(struct link *l)
{
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

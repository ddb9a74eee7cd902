/*
 * level: L2
 *
 * fdopen(3), fwrite(3) and fread(3).
 */
#include "variant.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
static int answer_setup(struct link *l, size_t size)
{
	(void)size;
	signal(SIGPIPE, SIG_IGN);
	return pipe2(l->fd, O_CLOEXEC) == -1 ? call_failed("pipe2") : 0;
}
static int answer_attach(struct link *l, enum end end)
{
	FILE *f;
	close(l->fd[end == SENDER ? 0 : 1]);
	l->fd[end == SENDER ? 0 : 1] = -1;
	f = fdopen(l->fd[end == SENDER ? 1 : 0], end == SENDER ? "w" : "r");
	if (!f)
		return call_failed("fdopen");
	l->mem = f;
	if (end == SENDER)
		setvbuf(f, NULL, _IONBF, 0);
	return 0;
}
static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	size_t n = 0;
	while (n < len) {
		errno = 0;
		n += fwrite((const char *)buf + n, 1, len - n, l->mem);
		if (n < len) {
			if (errno != EINTR)
				return call_failed("fwrite");
			clearerr(l->mem);
		}
	}
	return (ssize_t)len;
}
static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	size_t n = 0;
	while (n < cap) {
		errno = 0;
		n += fread((char *)buf + n, 1, cap - n, l->mem);
		if (n < cap) {
			if (feof((FILE *)l->mem))
				break;
			if (errno != EINTR)
				return call_failed("fread");
			clearerr(l->mem);
		}
	}
	return (ssize_t)n;
}
static void answer_teardown(struct link *l)
{
	if (l->mem)
		fclose(l->mem);
	else
		for (int i = 0; i < 2; i++)
			if (l->fd[i] != -1)
				close(l->fd[i]);
}
const struct variant variant_answer = {.name = "answer",
				       .title = "t",
				       .man = "pipe(7)",
				       .group = STREAM,
				       .expect = GETS_MESSAGE,
				       .blocks = true,
				       .setup = answer_setup,
				       .attach = answer_attach,
				       .send = answer_send,
				       .recv = answer_recv,
				       .teardown = answer_teardown};

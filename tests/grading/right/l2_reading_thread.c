/*
 * level: L2
 *
 * A thread of the receiver takes everything out of the pipe as it comes; recv() only waits for the thread.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct box {
	pthread_mutex_t m;
	pthread_cond_t c;
	pthread_t t;
	int fd;
	size_t len, at;
	bool end;
	char data[65536];
};
static void *run(void *arg)
{
	struct box *b = arg;
	static _Thread_local char buf[65536];
	for (;;) {
		ssize_t n = read(b->fd, buf, sizeof buf);
		if (n == -1 && errno == EINTR)
			continue;
		pthread_mutex_lock(&b->m);
		while (b->at < b->len)
			pthread_cond_wait(&b->c, &b->m);
		if (n <= 0) {
			b->end = true;
		} else {
			memcpy(b->data, buf, (size_t)n);
			b->len = (size_t)n;
			b->at = 0;
		}
		pthread_cond_broadcast(&b->c);
		pthread_mutex_unlock(&b->m);
		if (n <= 0)
			return NULL;
	}
}

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	return pipe2(l->fd, O_CLOEXEC) == -1 ? call_failed("pipe2") : 0;
}

static int answer_attach(struct link *l, enum end end)
{
	int unused = end == SENDER ? 0 : 1;
	close(l->fd[unused]);
	l->fd[unused] = -1;
	if (end == SENDER)
		signal(SIGPIPE, SIG_IGN);
	if (end == RECEIVER) {
		struct box *b = calloc(1, sizeof *b);
		if (!b)
			return -ENOMEM;
		pthread_mutex_init(&b->m, NULL);
		pthread_cond_init(&b->c, NULL);
		b->fd = l->fd[0];
		l->mem = b;
		pthread_create(&b->t, NULL, run, b);
		pthread_detach(b->t);
	}
	return 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	size_t done = 0;
	while (done < len) {
		ssize_t n = write(l->fd[1], (const char *)buf + done, len - done);
		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			return call_failed("write");
	}
	return (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct box *b = l->mem;
	size_t done = 0;
	pthread_mutex_lock(&b->m);
	while (done < cap) {
		size_t n;
		while (b->at == b->len && !b->end)
			pthread_cond_wait(&b->c, &b->m);
		n = b->len - b->at < cap - done ? b->len - b->at : cap - done;
		if (n == 0)
			break;
		memcpy((char *)buf + done, b->data + b->at, n);
		b->at += n;
		done += n;
		pthread_cond_broadcast(&b->c);
	}
	pthread_mutex_unlock(&b->m);
	return (ssize_t)done;
}

static void answer_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
	l->fd[0] = l->fd[1] = -1;
}

const struct variant variant_answer = {.name = "answer",
				       .title = "a",
				       .man = "pipe(7)",
				       .group = STREAM,
				       .expect = GETS_MESSAGE,
				       .blocks = true,
				       .setup = answer_setup,
				       .attach = answer_attach,
				       .send = answer_send,
				       .recv = answer_recv,
				       .teardown = answer_teardown};

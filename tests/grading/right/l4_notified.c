/*
 * level: L4
 *
 * A non-blocking queue, and mq_notify(3) by a signal.
 */
#include "variant.h"
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

/* non-blocking queue; the receiver asks for a signal by mq_notify and sleeps in sigwaitinfo */
static int answer_setup(struct link *l, size_t size)
{
	struct mq_attr a = {.mq_maxmsg = 8, .mq_msgsize = 8192};
	sigset_t s;
	l->size = size;
	sigemptyset(&s);
	sigaddset(&s, SIGUSR1);
	sigprocmask(SIG_BLOCK, &s, NULL);
	l->fd[1] = mq_open(l->name, O_CREAT | O_EXCL | O_WRONLY, 0600, &a);
	if (l->fd[1] == -1)
		return call_failed("mq_open");
	l->fd[0] = mq_open(l->name, O_RDONLY | O_NONBLOCK);
	if (l->fd[0] == -1)
		return call_failed("mq_open");
	return 0;
}
static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	while (mq_send(l->fd[1], buf, len, 0) == -1)
		if (errno != EINTR)
			return call_failed("mq_send");
	return (ssize_t)len;
}
static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	static char b[8192];
	for (;;) {
		struct sigevent ev = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
		sigset_t s;
		ssize_t n;
		if (mq_notify(l->fd[0], &ev) == -1 && errno != EBUSY)
			return call_failed("mq_notify");
		n = mq_receive(l->fd[0], b, sizeof b, NULL);
		if (n >= 0) {
			mq_notify(l->fd[0], NULL);
			for (ssize_t i = 0; i < n && i < (ssize_t)cap; i++)
				((char *)buf)[i] = b[i];
			return n;
		}
		if (errno != EAGAIN && errno != EINTR)
			return call_failed("mq_receive");
		sigemptyset(&s);
		sigaddset(&s, SIGUSR1);
		sigwaitinfo(&s, NULL);
	}
}
static void answer_teardown(struct link *l)
{
	for (int i = 0; i < 2; i++)
		if (l->fd[i] != -1)
			mq_close(l->fd[i]);
	if (l->fd[1] != -1)
		mq_unlink(l->name);
	l->fd[0] = l->fd[1] = -1;
}
const struct variant variant_answer = {.name = "answer",
				       .title = "answer",
				       .man = "mq_overview(7)",
				       .group = MESSAGE,
				       .expect = GETS_MESSAGE,
				       .blocks = true,
				       .setup = answer_setup,
				       .send = answer_send,
				       .recv = answer_recv,
				       .teardown = answer_teardown};

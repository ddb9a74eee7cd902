/*
 * level: L2
 * fails: receiver_first
 * symptom: recv() returned 0 before anything was sent
 * hint: What did recv() return before
 * open: sleeps, end_of_stream, sender_killed
 * luck: many, largest, signals, sender_first, small, parent_to_child, child_to_parent
 *
 * The reader has the write end too, so end of file never comes; an interval timer interrupts it, and it takes a sender that
 * is slow for one that is dead. No system call shows such a timer.
 */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

static volatile sig_atomic_t rang;

static void on_alarm(int sig)
{
	(void)sig;
	rang = 1;
}

static int setup(struct link *l, size_t size)
{
	(void)size;
	return pipe2(l->fd, O_CLOEXEC) == -1 ? call_failed("pipe2") : 0;
}

static int attach(struct link *l, enum end end)
{
	struct sigaction a = {.sa_handler = on_alarm};
	sigaction(SIGALRM, &a, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (end == SENDER)
		close(l->fd[0]), l->fd[0] = -1;
	return 0;
}

static ssize_t send(struct link *l, const void *buf, size_t len)
{
	size_t at = 0;
	while (at < len) {
		ssize_t n = write(l->fd[1], (const char *)buf + at, len - at);
		if (n > 0)
			at += (size_t)n;
		else if (errno != EINTR)
			return call_failed("write");
	}
	return (ssize_t)len;
}

static ssize_t recv(struct link *l, void *buf, size_t cap)
{
	struct itimerval on = {.it_value.tv_usec = 220000}, off = {0};
	size_t at = 0;
	while (at < cap) {
		rang = 0;
		setitimer(ITIMER_REAL, &on, NULL);
		ssize_t n = read(l->fd[0], (char *)buf + at, cap - at);
		if (n > 0)
			at += (size_t)n;
		else if (n == 0 || rang)
			break;
		else if (errno != EINTR)
			return call_failed("read");
	}
	setitimer(ITIMER_REAL, &off, NULL);
	return (ssize_t)at;
}

static void teardown(struct link *l)
{
	for (int i = 0; i < 2; i++) {
		if (l->fd[i] != -1)
			close(l->fd[i]);
		l->fd[i] = -1;
	}
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "answer",
	.group = STREAM,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = setup,
	.attach = attach,
	.send = send,
	.recv = recv,
	.teardown = teardown,
};

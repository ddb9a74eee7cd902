/*
 * signal - a real-time signal that carries a number
 *
 * What:   sigqueue() sends a signal with a value the size of a pointer. The receiver keeps the signal blocked and
 *         fetches it with sigwaitinfo(), so there is no handler and nothing to race with. They queue in order.
 * Choose: to tell a process of known pid that something happened, when it has no descriptor to wait on.
 * Trap:   unblocked, a real-time signal kills; it must be blocked before the first can come. Standard signals do not
 *         queue: two become one. The queue is limited per user (EAGAIN), and a pid may be somebody else by now.
 */
#include "variant.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static int signal_change(int how, int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	if (sigprocmask(how, &set, NULL) == -1)
		return call_failed("sigprocmask");
	return 0;
}

static int signal_setup(struct link *l, size_t size)
{
	sigset_t blocked;
	int number = SIGRTMIN;

	l->size = size;
	if (sigprocmask(SIG_BLOCK, NULL, &blocked) == -1)
		return call_failed("sigprocmask");
	while (number <= SIGRTMAX && sigismember(&blocked, number))
		number++; /* another link took that one */
	errno = number > SIGRTMAX ? EBUSY : 0;
	if (errno)
		return call_failed("setup");
	l->id = number;
	return signal_change(SIG_BLOCK, number);
}

static int signal_join(struct link *l, enum end end)
{
	(void)end;
	return signal_change(SIG_BLOCK, l->id);
}

static ssize_t signal_send(struct link *l, const void *buf, size_t len)
{
	union sigval value = {.sival_ptr = NULL};

	errno = len > sizeof(value) ? EMSGSIZE : 0;
	if (errno)
		return call_failed("send");
	memcpy(&value, buf, len);
	if (sigqueue(l->peer, l->id, value) == -1)
		return call_failed("sigqueue");
	return (ssize_t)len;
}

static ssize_t signal_recv(struct link *l, void *buf, size_t cap)
{
	sigset_t set;
	siginfo_t info;

	sigemptyset(&set);
	sigaddset(&set, l->id);
	while (sigwaitinfo(&set, &info) == -1)
		if (errno != EINTR)
			return call_failed("sigwaitinfo");
	if (cap > sizeof(info.si_value))
		cap = sizeof(info.si_value);
	memcpy(buf, &info.si_value, cap);
	return (ssize_t)cap;
}

static void signal_teardown(struct link *l)
{
	if (l->id == -1)
		return;
	signal(l->id, SIG_IGN); /* drops what is still queued, which would kill as soon as it is unblocked */
	signal_change(SIG_UNBLOCK, l->id);
	l->id = -1;
}

const struct variant variant_signal = {
	.name = "signal",
	.title = "real-time signal with a value",
	.man = "sigqueue(3)",
	.group = NUMBER,
	.expect = GETS_MESSAGE,
	.max_message = sizeof(union sigval),
	.blocks = true,
	.setup = signal_setup,
	.join = signal_join,
	.send = signal_send,
	.recv = signal_recv,
	.teardown = signal_teardown,
};

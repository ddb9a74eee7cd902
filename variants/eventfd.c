/*
 * eventfd - a counter in the kernel, used to send a number of 8 bytes
 *
 * What:   write() adds a 64-bit number to the counter. read() sleeps while it is 0, then returns the sum and sets it
 *         back to 0. The message is those 8 bytes; shorter ones are padded with zeros.
 * Choose: to wake an event loop: one descriptor that works with poll(2), a "how many" rather than a "what".
 * Trap:   two numbers written before a read arrive as their sum. 0 cannot be sent and the largest value is refused; a
 *         write that would overflow sleeps. The reader does not learn that the writer has gone.
 */
#include "variant.h"

#include "transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int eventfd_setup(struct link *l, size_t size)
{
	l->size = size;
	l->fd[0] = l->fd[1] = eventfd(0, EFD_CLOEXEC);
	if (l->fd[0] == -1)
		return call_failed("eventfd");
	return 0;
}

/* An eventfd has no name: without the inherited descriptor there is no way in. */
static int eventfd_join(struct link *l, enum end end)
{
	(void)end;
	if (fcntl(l->fd[0], F_GETFD) == -1)
		return call_failed("fcntl");
	return 0;
}

static ssize_t eventfd_send(struct link *l, const void *buf, size_t len)
{
	uint64_t number = 0;
	ssize_t n;

	errno = len > sizeof(number) ? EMSGSIZE : 0;
	if (errno)
		return call_failed("send");
	memcpy(&number, buf, len);
	n = write_full(l->fd[1], &number, sizeof(number));
	return n < 0 ? n : (ssize_t)len;
}

static ssize_t eventfd_recv(struct link *l, void *buf, size_t cap)
{
	uint64_t number;
	ssize_t n = read_full(l->fd[0], &number, sizeof(number));
	if (n < 0)
		return n;
	if (cap > sizeof(number))
		cap = sizeof(number);
	memcpy(buf, &number, cap);
	return (ssize_t)cap;
}

static void eventfd_teardown(struct link *l)
{
	if (l->fd[0] != -1)
		close(l->fd[0]);
	l->fd[0] = l->fd[1] = -1;
}

const struct variant variant_eventfd = {
	.name = "eventfd",
	.title = "64-bit counter with a descriptor",
	.man = "eventfd(2)",
	.group = NUMBER,
	.expect = GETS_MESSAGE,
	.max_message = sizeof(uint64_t),
	.blocks = true,
	.setup = eventfd_setup,
	.join = eventfd_join,
	.send = eventfd_send,
	.recv = eventfd_recv,
	.teardown = eventfd_teardown,
};

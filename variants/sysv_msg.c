/*
 * sysv_msg - a System V message queue
 *
 * What:   a queue in the kernel, known by a number. Each message carries a type, and a receiver can ask for one type
 *         only, so many clients can share one queue.
 * Choose: to talk to old programs, or where receiving by type saves a queue for each client. Otherwise posix_mq,
 *         which has names and works with poll(2).
 * Trap:   the queue outlives every process until somebody calls IPC_RMID (ipcs -q shows what was forgotten); its mode
 *         is all that guards it, for ids are small and guessable. It is no descriptor, and nobody is told who has
 *         gone.
 */
#include "variant.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>

enum { LARGEST_MESSAGE = 8192 }; /* the kernel's default msgmax; it refuses what is larger than its own */

struct message {
	long type; /* must be positive */
	char text[];
};

static int sysv_msg_setup(struct link *l, size_t size)
{
	l->size = size;
	l->id = msgget(link_key(l), IPC_CREAT | IPC_EXCL | 0600);
	if (l->id == -1)
		return call_failed("msgget");
	return 0;
}

static int sysv_msg_join(struct link *l, enum end end)
{
	struct msqid_ds state;

	(void)end;
	if (msgctl(l->id, IPC_STAT, &state) == -1)
		return call_failed("msgctl");
	return 0;
}

static ssize_t sysv_msg_send(struct link *l, const void *buf, size_t len)
{
	struct message *m = malloc(sizeof(*m) + len);
	ssize_t result;

	if (!m)
		return call_failed("malloc");
	m->type = 1;
	memcpy(m->text, buf, len);
	do
		result = msgsnd(l->id, m, len, 0);
	while (result == -1 && errno == EINTR);
	result = result == -1 ? call_failed("msgsnd") : (ssize_t)len;
	free(m);
	return result;
}

static ssize_t sysv_msg_recv(struct link *l, void *buf, size_t cap)
{
	struct message *m = malloc(sizeof(*m) + cap);
	ssize_t n;

	if (!m)
		return call_failed("malloc");
	do
		n = msgrcv(l->id, m, cap, 1, 0);
	while (n == -1 && errno == EINTR);
	if (n >= 0)
		memcpy(buf, m->text, (size_t)n);
	else
		n = call_failed("msgrcv");
	free(m);
	return n;
}

static void sysv_msg_teardown(struct link *l)
{
	if (l->id != -1)
		msgctl(l->id, IPC_RMID, NULL);
	l->id = -1;
}

const struct variant variant_sysv_msg = {
	.name = "sysv_msg",
	.title = "System V message queue",
	.man = "sysvipc(7)",
	.group = MESSAGE,
	.expect = GETS_MESSAGE,
	.max_message = LARGEST_MESSAGE,
	.blocks = true,
	.setup = sysv_msg_setup,
	.join = sysv_msg_join,
	.send = sysv_msg_send,
	.recv = sysv_msg_recv,
	.teardown = sysv_msg_teardown,
};

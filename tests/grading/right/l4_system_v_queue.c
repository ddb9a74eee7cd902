/*
 * level: L4
 *
 * A System V queue; every message has the same type.
 */
#include "variant.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>

struct envelope {
	long type;
	char text[];
};

static int answer_setup(struct link *l, size_t size)
{
	l->size = size;
	l->id = msgget(link_key(l), IPC_CREAT | IPC_EXCL | 0600);
	return l->id == -1 ? call_failed("msgget") : 0;
}

static ssize_t answer_send(struct link *l, const void *buf, size_t len)
{
	struct envelope *e = malloc(sizeof *e + len);
	int result;

	if (!e)
		return -ENOMEM;
	e->type = 7;
	memcpy(e->text, buf, len);
	while ((result = msgsnd(l->id, e, len, 0)) == -1 && errno == EINTR)
		;
	result = result == -1 ? call_failed("msgsnd") : 0;
	free(e);
	return result ? result : (ssize_t)len;
}

static ssize_t answer_recv(struct link *l, void *buf, size_t cap)
{
	struct envelope *e = malloc(sizeof *e + cap);
	ssize_t n;

	if (!e)
		return -ENOMEM;
	while ((n = msgrcv(l->id, e, cap, 0, 0)) == -1 && errno == EINTR)
		;
	if (n == -1)
		n = call_failed("msgrcv");
	else
		memcpy(buf, e->text, (size_t)n);
	free(e);
	return n;
}

static void answer_teardown(struct link *l)
{
	if (l->id != -1)
		msgctl(l->id, IPC_RMID, NULL);
	l->id = -1;
}

const struct variant variant_answer = {
	.name = "answer",
	.title = "answer",
	.man = "sysvipc(7)",
	.group = MESSAGE,
	.expect = GETS_MESSAGE,
	.blocks = true,
	.setup = answer_setup,
	.send = answer_send,
	.recv = answer_recv,
	.teardown = answer_teardown,
};

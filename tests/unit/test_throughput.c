/*
 * test_throughput.c - where messages are lost, the time ends with the last that came
 */
#include "bench/pattern.h"
#include "bench/tasks.h"
#include "clock.h"
#include "supervisor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { SENT = 8, COME = 3, SIZE = 56, PATIENCE_S = 60 };

static long long asked; /* when the reader asked for a message the last time */

static ssize_t lossy_send(struct link *l, const void *buf, size_t len)
{
	static unsigned sent;
	unsigned now = sent++;

	if (now >= COME && now < SENT)
		return (ssize_t)len;
	return send(l->fd[1], buf, len, 0);
}

static ssize_t lossy_recv(struct link *l, void *buf, size_t cap)
{
	asked = clock_now();
	return recv(l->fd[0], buf, cap, 0);
}

static const struct variant lossy = {
	.name = "lossy", .group = MESSAGE, .blocks = true, .send = lossy_send, .recv = lossy_recv};

static struct pair make_pair(struct control *c)
{
	static unsigned char out[SENT][SIZE], in[SENT][SIZE];
	struct pair p = {.variant = &lossy, .size = SIZE, .control = c, .lossy = true, .nslots = SENT, .epoch = 1};

	p.out = out[0];
	p.in = in[0];
	p.message_ns = 1;
	p.way[THERE] = (struct way){.variant = &lossy};
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, p.way[THERE].link.fd), 0);
	for (size_t i = 0; i < SENT; i++)
		pattern_make(out[i], SIZE, i);
	return p;
}

static void run(struct pair *p, enum end self)
{
	p->self = self;
	alarm(PATIENCE_S);
	throughput_run(p);
}

/* The reader then waits for the word that the run is over: that is no part of the time. */
static void the_time_ends_with_the_last_that_came(void **state)
{
	struct control *c = shared_memory(sizeof *c);
	struct pair p;
	pid_t pid;

	(void)state;
	assert_non_null(c);
	c->order = (struct order){.task = THROUGHPUT, .ns = SENT};
	p = make_pair(c);
	pid = fork();
	if (pid == 0) {
		run(&p, SENDER);
		_exit(EXIT_SUCCESS);
	}
	run(&p, RECEIVER);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(c->batch.messages, COME);
	assert_int_equal(c->batch.lost, SENT - COME);
	assert_true(c->began + c->batch.ns <= asked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_time_ends_with_the_last_that_came),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * stress.c - one row (-DROW=variant_…), two processes, MESSAGES of odd sizes: each must arrive whole and in its turn
 *
 * Linked with --wrap=peer_patience: who sleeps is not woken by the time any more, so a wake-up that is lost stops
 * everything, which is noticed after STILL_S seconds. With -DTHREADS the ends are threads, so that a thread sanitizer sees
 * both. Exit status: 0; 1 = what was seen is on standard error.
 */
#include "peer.h"
#include "variant.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef ROW
#define ROW variant_shm_ring
#endif

extern const struct variant ROW;
struct timespec no_patience(void) __asm__("__wrap_peer_patience");

enum { MOST = 700, STILL_S = 5 };

static _Atomic unsigned *moved; /* by the receiver; shared */

struct timespec no_patience(void)
{
	return (struct timespec){.tv_sec = 600};
}

int call_failed(const char *call)
{
	(void)call;
	return -errno;
}

key_t link_key(const struct link *l)
{
	return (key_t)(l->owner + 1);
}

static uint32_t mix(uint32_t n)
{
	n = (n ^ n >> 16) * 0x45d9f3b;
	n = (n ^ n >> 16) * 0x45d9f3b;
	return n ^ n >> 16;
}

static size_t most(void)
{
	return ROW.max_message && ROW.max_message < MOST ? ROW.max_message : MOST;
}

/* Message n: as long as n says, between 1 byte and the most that the row carries; every byte depends on n and its place. */
static size_t make(unsigned char *message, uint32_t n)
{
	size_t len = ROW.group == NUMBER ? most() : 1 + mix(n) % most();

	for (size_t i = 0; i < len; i++)
		message[i] = (unsigned char)(1 + mix(n * MOST + (uint32_t)i) % 255);
	return len;
}

/* For a while now and then, at one end or the other, so that both of them have to sleep. */
static void dawdle(enum end end, uint32_t n)
{
	for (volatile unsigned i = n / 64 % 2 == (unsigned)end ? mix(n) % 1024 : 0; i > 0; i--)
		;
}

/* Three quarters of the time the next message waits for this one: then no later wake-up makes up for one that is lost. */
static void keep_step(uint32_t n)
{
	if (n / 512 % 4 != 0)
		for (unsigned i = 1; atomic_load(moved) <= n; i++)
			if (i % 4096 == 0)
				sched_yield();
}

static int send_all(struct link *l, unsigned messages)
{
	unsigned char message[MOST];

	for (unsigned n = 0; n < messages; n++) {
		size_t len = make(message, n);
		ssize_t sent = ROW.send(l, message, len);
		if (sent != (ssize_t)len)
			return fprintf(stderr, "message %u: send() returned %zd of %zu\n", n, sent, len);
		keep_step(n);
		dawdle(SENDER, n);
	}
	return 0;
}

static int receive_all(struct link *l, unsigned messages)
{
	unsigned char message[MOST], expected[MOST];

	for (unsigned n = 0; n < messages; n++) {
		size_t len = make(expected, n);
		ssize_t got = ROW.recv(l, message, len);
		if (got != (ssize_t)len)
			return fprintf(stderr, "message %u: recv() returned %zd of %zu\n", n, got, len);
		for (size_t i = 0; i < len; i++)
			if (message[i] != expected[i])
				return fprintf(stderr, "message %u: byte %zu of %zu is wrong\n", n, i, len);
		atomic_fetch_add(moved, 1);
		dawdle(RECEIVER, n);
	}
	return 0;
}

static void live(struct link *l, enum end end, unsigned messages)
{
	int bad = ROW.attach ? ROW.attach(l, end) : 0;

	if (bad)
		fprintf(stderr, "attach() returned %d\n", bad);
	else
		bad = end == SENDER ? send_all(l, messages) : receive_all(l, messages);
	if (bad)
		_exit(EXIT_FAILURE);
}

#ifdef THREADS
struct share {
	struct link link;
	unsigned messages;
};

static void *receiver_thread(void *share)
{
	struct share *s = share;

	live(&s->link, RECEIVER, s->messages);
	return NULL;
}

/* As between processes, but that nobody is told who the other one is. */
static bool exchange(struct link *l, unsigned messages)
{
	struct share share = {*l, messages};
	pthread_t thread;

	if (pthread_create(&thread, NULL, receiver_thread, &share) != 0)
		return false;
	live(l, SENDER, messages);
	return pthread_join(thread, NULL) == 0;
}
#else
static pid_t start_receiver(struct link *l, unsigned messages)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		l->peer = parent;
		if (getppid() == parent)
			live(l, RECEIVER, messages);
		_exit(EXIT_SUCCESS);
	}
	return pid;
}

static bool exchange(struct link *l, unsigned messages)
{
	int status = 0;

	l->peer = start_receiver(l, messages);
	live(l, SENDER, messages);
	return waitpid(l->peer, &status, 0) == l->peer && status == 0;
}
#endif

/* In a process group of its own. */
static void converse(unsigned messages)
{
	struct link l = {.fd = {-1, -1}, .id = -1, .owner = getpid()};
	bool well;

	snprintf(l.name, sizeof l.name, "/ipckit.stress.%d", (int)getpid());
	if (ROW.setup(&l, MOST) != 0)
		_exit(EXIT_FAILURE);
	if (ROW.group == SYNCHRONISED_MEMORY)
		shm_unlink(
			l.name); /* both ends will have it: who is killed, or stopped by a sanitizer, leaves nothing */
	well = exchange(&l, messages);
	ROW.teardown(&l);
	_exit(well && atomic_load(moved) == messages ? EXIT_SUCCESS : EXIT_FAILURE);
}

static void wake(int signal)
{
	(void)signal;
}

/* From outside, for a signal in one of the two would be a wake-up too. */
static int watch(pid_t pid)
{
	unsigned now, seen = 0;
	int status;

	while (alarm(STILL_S), waitpid(pid, &status, 0) == -1) {
		now = atomic_load(moved);
		if (now == seen) {
			fprintf(stderr, "message %u: nobody moves: a wake-up was lost\n", now);
			kill(-pid, SIGKILL);
		}
		seen = now;
	}
	return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	const struct sigaction action = {.sa_handler = wake};
	unsigned messages = argc > 1 ? (unsigned)atoi(argv[1]) : 1000;
	pid_t pid;

	moved = mmap(NULL, sizeof *moved, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (moved == MAP_FAILED)
		return EXIT_FAILURE;
	sigaction(SIGALRM, &action, NULL);
	pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		converse(messages);
	}
	setpgid(pid, pid);
	return pid == -1 ? EXIT_FAILURE : watch(pid);
}

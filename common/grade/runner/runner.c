/*
 * runner.c - calls the hooks of a student's answer, as the warden orders
 *
 *   runner SOCKET ROLE SIZE ENDS NAME…
 *
 * ROLE is `pair` (setup, fork, both ends obey), `owner` (setup only) or `stranger` (neither). ENDS has one letter a link:
 * the owner s-ends or r-eceives on it. It is linked with nothing but the answer, and from the answer's first
 * instruction on nobody believes what this process says of itself.
 */
#include "../protocol.h"
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

extern const struct variant variant_answer;

static const char *socket_path;
static struct link links[MOST_LINKS];
static enum end ends[MOST_LINKS];
static uint32_t nlinks;
static pid_t forked;
static size_t size;

/* All of it exists before setup(): a later malloc() may land in memory that the answer made strange. */
static _Alignas(8) unsigned char bytes[MOST_BYTES];
static uint32_t lengths[MOST_MESSAGES];
static int32_t results[MOST_MESSAGES];

/* There with AddressSanitizer alone: sanitizer/asan_interface.h. What it forbids and allows are groups of 8 bytes. */
void forbid(const volatile void *, size_t) __asm__("__asan_poison_memory_region") __attribute__((weak));
void allow(const volatile void *, size_t) __asm__("__asan_unpoison_memory_region") __attribute__((weak));

/* Of all bytes of messages a hook may touch its own alone: to the very last one, as a group may be cut short at its end. */
static void lend(size_t at, size_t len)
{
	if (!forbid || !allow)
		return;
	forbid(bytes, sizeof bytes);
	allow(bytes + at, len);
}

static void __attribute__((noreturn)) broken(const char *call)
{
	char stage[STAGE_SIZE];

	snprintf(stage, sizeof stage, STAGE_BROKEN, call, errno);
	prctl(PR_SET_NAME, stage);
	_exit(EXIT_FAILURE);
}

static void put(const void *data, size_t len)
{
	for (const char *at = data, *end = at + len; at < end;) {
		size_t left = (size_t)(end - at);
		ssize_t packet = send(CONNECTION, at, left < PACKET_SIZE ? left : PACKET_SIZE, MSG_NOSIGNAL);
		if (packet > 0)
			at += packet;
		else if (errno != EINTR)
			broken("send");
	}
}

static void get(void *data, size_t len)
{
	for (char *at = data, *end = at + len; at < end;) {
		ssize_t packet = recv(CONNECTION, at, (size_t)(end - at), 0);
		if (packet > 0)
			at += packet;
		else if (packet == 0)
			_exit(EXIT_FAILURE); /* there is no warden any more */
		else if (errno != EINTR)
			broken("recv");
	}
}

/* The name that bind() makes up is what the warden finds this very socket by. */
static void connect_to_warden(void)
{
	struct sockaddr_un own = {.sun_family = AF_UNIX}, warden = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	const struct sockaddr *there = (const struct sockaddr *)&warden;
	const char *failed = NULL;

	strncpy(warden.sun_path, socket_path, sizeof warden.sun_path - 1);
	if (fd == -1)
		failed = "socket";
	else if (bind(fd, (struct sockaddr *)&own, sizeof own.sun_family) == -1)
		failed = "bind";
	else if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &(int){1}, sizeof(int)) == -1)
		failed = "setsockopt"; /* whatever is sent says by whom, also before the warden has asked for that */
	else if (connect(fd, there, sizeof warden) == -1)
		failed = "connect";
	else if (dup3(fd, CONNECTION, O_CLOEXEC) == -1)
		failed = "dup3";
	if (failed)
		broken(failed);
	close(fd);
}

static void hello(int result)
{
	struct hello h = {.messages = (uintptr_t)bytes};
	struct reply r = {.what = HELLO, .count = nlinks, .result = result, .bytes = sizeof h};

	memcpy(h.links, links, sizeof links);
	connect_to_warden();
	put(&r, sizeof r);
	put(&h, sizeof h);
}

static void tear_down(void)
{
	for (uint32_t i = 0; i < nlinks; i++)
		if (variant_answer.teardown)
			variant_answer.teardown(&links[i]);
}

/* By the kernel, which ends nobody for memory that may be touched from attach() on only. */
static void fill_by_pipe(unsigned char *at, size_t left)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) == -1)
		return;
	memset(bytes, STALE_BYTE, PIPE_BUF);
	while (left > 0) {
		size_t n = left < PIPE_BUF ? left : PIPE_BUF;
		if (write(fd[1], bytes, n) != (ssize_t)n || read(fd[0], at, n) != (ssize_t)n)
			break;
		at += n;
		left -= n;
	}
	close(fd[0]);
	close(fd[1]);
}

/* Only for the words of a report: what a copy of the memory would show to the other end. */
static void fill_before(struct link *l)
{
	if (!variant_answer.send && l->mem && l->size >= size)
		fill_by_pipe(l->mem, size);
}

static void set_up(void)
{
	for (uint32_t i = 0; i < nlinks; i++) {
		prctl(PR_SET_NAME, STAGE_SETUP);
		int result = variant_answer.setup ? variant_answer.setup(&links[i], size) : 0;
		if (result < 0) {
			prctl(PR_SET_NAME, STAGE_TEARDOWN);
			tear_down();
			hello(result);
			_exit(EXIT_FAILURE);
		}
		fill_before(&links[i]);
	}
}

static enum end end_of(const struct link *l)
{
	enum end mine = ends[l - links];

	if (getpid() == l->owner)
		return mine;
	return mine == SENDER ? RECEIVER : SENDER;
}

static int attach(const struct order *o)
{
	struct link *l = &links[o->link];

	l->peer = o->peer;
	return variant_answer.attach ? variant_answer.attach(l, end_of(l)) : 0;
}

static int join(const struct order *o)
{
	struct link *l = &links[o->link];

	get(l, sizeof *l);
	l->peer = l->owner;
	return variant_answer.join ? variant_answer.join(l, end_of(l)) : NO_HOOK;
}

/* 0, or why plain memory cannot take or give a message. */
static int memory_lacks(const struct link *l)
{
	if (!l->mem)
		return NO_MEMORY;
	return l->size ? 0 : NO_SIZE;
}

static ssize_t memory_send(struct link *l, const void *buf, size_t len)
{
	bool fits = len <= l->size;
	int lacks = memory_lacks(l);

	if (!lacks && fits)
		memcpy(l->mem, buf, len);
	return lacks ? lacks : fits ? (ssize_t)len : NO_ROOM;
}

static ssize_t memory_recv(struct link *l, void *buf, size_t cap)
{
	const size_t most = l->size < cap ? l->size : cap;
	int lacks = memory_lacks(l);

	if (lacks)
		return lacks;
	memcpy(buf, l->mem, most);
	return (ssize_t)most;
}

static void send_all(const struct order *o, struct reply *r)
{
	struct link *l = &links[o->link];
	size_t at = 0;

	get(lengths, o->count * sizeof lengths[0]);
	while (r->count < o->count) {
		size_t len = lengths[r->count++];
		lend(at, len);
		ssize_t n = (variant_answer.send ? variant_answer.send : memory_send)(l, bytes + at, len);
		r->result = (int32_t)n;
		if (n < 0 || (size_t)n != len)
			break;
		at += len;
	}
	lend(0, sizeof bytes);
	put(r, sizeof *r);
}

static void recv_all(const struct order *o, struct reply *r)
{
	struct link *l = &links[o->link];

	get(lengths, o->count * sizeof lengths[0]);
	while (r->count < o->count) {
		size_t cap = lengths[r->count];
		lend(r->bytes, cap);
		ssize_t n = (variant_answer.recv ? variant_answer.recv : memory_recv)(l, bytes + r->bytes, cap);
		results[r->count++] = r->result = (int32_t)n;
		if (n < 0 || (size_t)n > cap || (n == 0 && !o->empty_goes_on))
			break;
		r->bytes += (uint32_t)n;
	}
	lend(0, sizeof bytes);
	put(r, sizeof *r);
	put(results, r->count * sizeof results[0]);
}

static int reap(void)
{
	while (forked > 0 && waitpid(forked, NULL, 0) == -1)
		if (errno != EINTR)
			return -errno;
	return 0;
}

static int obey(const struct order *o)
{
	switch (o->what) {
	case ATTACH:
		return attach(o);
	case JOIN:
		return join(o);
	case REAP:
		return reap();
	case TEARDOWN:
		tear_down();
		return 0;
	default:
		exit(EXIT_SUCCESS); /* LEAVE: the answer's own clean-up at exit belongs to it */
	}
}

static void __attribute__((noreturn)) serve(void)
{
	for (;;) {
		struct order o;
		struct reply r = {0};

		get(&o, sizeof o);
		r.what = o.what;
		if (o.what == SEND) {
			send_all(&o, &r);
		} else if (o.what == RECV) {
			recv_all(&o, &r);
		} else {
			r.result = obey(&o);
			put(&r, sizeof r);
		}
	}
}

/* Not fork(): it runs what pthread_atfork() has put down. Not the bare system call: locks go by the thread's number. */
static void fork_peer(void)
{
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 34)
	forked = _Fork();
#else
	forked = fork();
#endif
	if (forked == -1)
		broken("fork");
}

static void on_signal(int sig)
{
	(void)sig;
}

/* No SA_RESTART: a sleeping call is interrupted, as in any program that handles signals. */
static void handle_signals(void)
{
	struct sigaction a = {.sa_handler = on_signal};

	sigaction(SIGUSR1, &a, NULL);
}

static void prepare(int argc, char **argv)
{
	socket_path = argv[1];
	size = strtoul(argv[3], NULL, 10);
	nlinks = (uint32_t)(argc - 5);
	for (uint32_t i = 0; i < nlinks; i++) {
		ends[i] = argv[4][i] == 's' ? SENDER : RECEIVER;
		links[i] = (struct link){.fd = {-1, -1}, .id = -1, .owner = getpid()};
		strncpy(links[i].name, argv[5 + i], sizeof links[i].name - 1);
	}
}

int main(int argc, char **argv)
{
	if (argc < 6 || argc > 5 + MOST_LINKS)
		return EXIT_FAILURE;
	prepare(argc, argv);
	handle_signals();
	if (strcmp(argv[2], "stranger") != 0)
		set_up();
	if (strcmp(argv[2], "pair") == 0)
		fork_peer();
	hello(0);
	serve();
}

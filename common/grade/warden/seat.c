#include "seat.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_OUT = sizeof(struct order) + sizeof(uint32_t[MOST_MESSAGES]) + sizeof(struct link) };

int seat_prepare(struct seat *s)
{
	*s = (struct seat){.fd = -1, .memory = -1};
	s->data = malloc(MOST_BYTES);
	s->out = malloc(MOST_OUT);
	return s->data && s->out ? 0 : -ENOMEM;
}

void seat_clear(struct seat *s)
{
	s->fd = s->memory = -1;
	s->pid = 0;
	s->messages = 0;
	s->what = HELLO;
	s->ordered = s->gone = false;
	s->wrong = s->call = NULL;
	s->error = 0;
	s->got = s->outgoing = s->sent = 0;
	s->reply = (struct reply){0};
}

static void fail(struct seat *s, const char *call)
{
	s->error = errno;
	s->call = call;
}

void seat_take(struct seat *s, pid_t pid, int fd)
{
	s->fd = fd;
	s->pid = pid;
	s->ordered = true;
	s->got = 0;
	if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &(int){1}, sizeof(int)) == -1)
		fail(s, "setsockopt");
}

void seat_close(struct seat *s)
{
	if (s->fd != -1)
		close(s->fd);
	if (s->memory != -1)
		close(s->memory);
	s->fd = s->memory = -1;
}

bool seat_reach(struct seat *s)
{
	char path[48];

	if (s->memory != -1)
		close(s->memory);
	snprintf(path, sizeof path, "/proc/%d/mem", (int)s->pid);
	s->memory = open(path, O_RDWR | O_CLOEXEC);
	return s->memory != -1;
}

/* What became of a transfer. A process that has ended, or become another program, has not that memory any more, nor a reply. */
static void judge_transfer(struct seat *s, ssize_t n, size_t len, const char *call)
{
	if (n == -1 && errno != EIO && errno != EINVAL) {
		fail(s, call);
	} else if (n == 0 && len > 0) {
		s->gone = true;
		s->got = 0;
	} else if (n != (ssize_t)len) {
		s->wrong = "names memory that it does not have";
	}
}

static void write_messages(struct seat *s, const void *data, size_t len)
{
	judge_transfer(s, pwrite(s->memory, data, len, (off_t)s->messages), len, "pwrite");
}

static void read_messages(struct seat *s, size_t len)
{
	judge_transfer(s, pread(s->memory, s->data, len, (off_t)s->messages), len, "pread");
}

bool seat_shares(struct seat *a, struct seat *b, uint64_t mark)
{
	const off_t page = sysconf(_SC_PAGESIZE);
	uint64_t seen = ~mark;

	for (off_t at = 0; at < MOST_BYTES && seen != mark && !a->call && !b->call; at += page) {
		judge_transfer(a, pwrite(a->memory, &mark, sizeof mark, (off_t)a->messages + at), sizeof mark,
			       "pwrite");
		judge_transfer(b, pread(b->memory, &seen, sizeof seen, (off_t)b->messages + at), sizeof seen,
			       "pread");
	}
	return seen == mark;
}

static void append(struct seat *s, const void *data, size_t len)
{
	if (len > 0)
		memcpy(s->out + s->outgoing, data, len);
	s->outgoing += len;
}

void seat_order(struct seat *s, const struct order *o, const uint32_t *table, const void *data)
{
	s->outgoing = s->sent = 0;
	append(s, o, sizeof *o);
	append(s, table, table ? o->count * sizeof table[0] : 0);
	if (o->what == SEND)
		write_messages(s, data, o->bytes);
	else
		append(s, data, data ? o->bytes : 0);
	s->ordered = o->what != LEAVE;
	s->what = o->what;
	s->got = 0;
	s->reply = (struct reply){0};
	seat_pump(s);
}

/* A packet never crosses from the header into what follows: the runner reads them apart. */
static size_t next_packet(const struct seat *s)
{
	size_t limit = (s->sent < sizeof(struct order) ? sizeof(struct order) : s->outgoing) - s->sent;

	return limit < PACKET_SIZE ? limit : PACKET_SIZE;
}

static void pump_out(struct seat *s)
{
	while (s->sent < s->outgoing) {
		ssize_t packet = send(s->fd, s->out + s->sent, next_packet(s), MSG_DONTWAIT | MSG_NOSIGNAL);
		if (packet >= 0)
			s->sent += (size_t)packet;
		else if (errno != EINTR)
			return; /* full, or gone: then reading tells */
	}
}

static size_t table_size(const struct seat *s)
{
	return s->reply.what == RECV ? s->reply.count * sizeof s->results[0] : 0;
}

static size_t expected(const struct seat *s)
{
	if (s->got < sizeof s->reply)
		return sizeof s->reply;
	return sizeof s->reply + table_size(s) + (s->reply.what == HELLO ? s->reply.bytes : 0);
}

/* Where the next packet goes, and how long it may be. */
static void *place(struct seat *s, size_t *room)
{
	size_t header = sizeof s->reply, table = header + table_size(s);

	if (s->got < header) {
		*room = header - s->got;
		return (char *)&s->reply + s->got;
	}
	if (s->got < table) {
		*room = table - s->got;
		return (char *)s->results + (s->got - header);
	}
	*room = expected(s) - s->got;
	return s->data + (s->got - table);
}

static bool sane(const struct seat *s)
{
	const struct reply *r = &s->reply;

	return s->got < sizeof *r || (r->what == s->what && r->count <= MOST_MESSAGES && r->bytes <= MOST_BYTES);
}

/* The kernel says who has sent it, also if another process holds a copy of the connection. */
static ssize_t next_reply(struct seat *s, void *at, size_t room)
{
	char control[CMSG_SPACE(sizeof(struct ucred))] = {0};
	struct iovec v = {at, room};
	struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	ssize_t packet = recvmsg(s->fd, &m, MSG_DONTWAIT | MSG_TRUNC | MSG_CMSG_CLOEXEC);
	struct cmsghdr *c = packet > 0 ? CMSG_FIRSTHDR(&m) : NULL;
	struct ucred who = {0};

	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_CREDENTIALS)
		memcpy(&who, CMSG_DATA(c), sizeof who);
	if (packet > 0 && who.pid != s->pid)
		s->wrong = "comes from another process";
	else if (packet > (ssize_t)room)
		s->wrong = "is no answer";
	return packet;
}

/* Once, when all of it is there. */
static void complete(struct seat *s)
{
	const struct hello *h = (const void *)s->data;

	if (s->reply.what == HELLO && s->reply.bytes == sizeof *h)
		s->messages = h->messages;
	else if (s->reply.what == RECV)
		read_messages(s, s->reply.bytes);
}

static void pump_in(struct seat *s)
{
	while (!s->wrong && !s->gone && s->got < expected(s)) {
		size_t room;
		void *at = place(s, &room);
		ssize_t packet = next_reply(s, at, room);
		if (packet <= 0) {
			if (packet == -1 && errno == EINTR)
				continue;
			s->gone = packet == 0 || errno != EAGAIN;
			if (packet == -1 && errno != EAGAIN && errno != ECONNRESET)
				fail(s, "recvmsg");
			return;
		}
		s->got += s->wrong ? 0 : (size_t)packet;
		if (!s->wrong && !sane(s))
			s->wrong = "is no answer";
		else if (!s->wrong && s->got == expected(s))
			complete(s);
	}
}

void seat_pump(struct seat *s)
{
	if (s->fd == -1 || s->gone)
		return;
	pump_out(s);
	pump_in(s);
}

bool seat_replied(const struct seat *s)
{
	return s->ordered && !s->wrong && s->got >= sizeof s->reply && s->got == expected(s);
}

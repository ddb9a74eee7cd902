#include "seat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { MOST_OUT = sizeof(struct order) + sizeof(uint32_t[MOST_MESSAGES]) + MOST_BYTES };

int seat_prepare(struct seat *s)
{
	*s = (struct seat){.fd = -1};
	s->data = malloc(MOST_BYTES);
	s->out = malloc(MOST_OUT);
	return s->data && s->out ? 0 : -ENOMEM;
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
	append(s, data, data ? o->bytes : 0);
	s->ordered = o->what != LEAVE;
	s->got = 0;
	s->reply = (struct reply){0};
	seat_pump(s);
}

/* A packet never crosses from the header into the table or from there into the bytes: the runner reads them apart. */
static size_t next_packet(const struct seat *s)
{
	const struct order *o = (const void *)s->out;
	size_t table = sizeof *o + ((o->what == SEND || o->what == RECV) ? o->count * sizeof(uint32_t) : 0);
	size_t limit = s->outgoing;

	if (s->sent < sizeof *o)
		limit = sizeof *o;
	else if (s->sent < table)
		limit = table;
	limit -= s->sent;
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
	return sizeof s->reply + table_size(s) + s->reply.bytes;
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
	return s->got < sizeof s->reply || (s->reply.count <= MOST_MESSAGES && s->reply.bytes <= MOST_BYTES);
}

static void pump_in(struct seat *s)
{
	while (!s->broken && s->got < expected(s)) {
		size_t room;
		void *at = place(s, &room);
		ssize_t packet = recv(s->fd, at, room, MSG_DONTWAIT | MSG_TRUNC);
		if (packet <= 0) {
			if (packet == -1 && errno == EINTR)
				continue;
			s->gone = packet == 0 || errno != EAGAIN;
			if (packet == -1 && errno != EAGAIN && errno != ECONNRESET)
				s->error = errno;
			return;
		}
		s->broken = (size_t)packet > room;
		s->got += s->broken ? 0 : (size_t)packet;
		s->broken |= !sane(s);
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
	return s->ordered && !s->broken && s->got >= sizeof s->reply && s->got == expected(s);
}

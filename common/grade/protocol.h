/*
 * protocol.h - what the warden and a runner say to each other, over a SOCK_SEQPACKET socket
 *
 * The warden gives an order, the runner obeys and replies. What follows a header comes in packets of at most PACKET_SIZE.
 * The bytes of messages do not: the warden writes them into the memory of that process, and reads them there (/proc/PID/mem),
 * since an answer could pass the socket on. It believes nothing of a reply but that it came from that process.
 */
#ifndef IPCKIT_GRADE_PROTOCOL_H
#define IPCKIT_GRADE_PROTOCOL_H

#include "variant.h"

#include <stdint.h>
#include <sys/types.h>

enum { PACKET_SIZE = 32768, MOST_MESSAGES = 1024, MOST_BYTES = 1088 * 1024, MOST_LINKS = 2 };

/* Where a runner keeps its connection, out of the way of descriptors that a link carries as mere numbers. */
enum { CONNECTION = 200 };

/* What memory holds before fork(), so that a copy of it can be told from zeros. */
enum { STALE_BYTE = 0xB5 };

/* How a student's process exits when a sanitizer has found something. */
enum { SANITIZER_EXIT = 86 };

/*
 * What a runner names itself (comm in proc_pid_comm(5)) before it says hello: which hook it is in. Only for the words of a
 * report, since an answer may name itself as it likes.
 */
#define STAGE_SETUP "setup"
#define STAGE_TEARDOWN "teardown"
/* Or, as the last of it, which call of the runner's own failed, and its errno. */
#define STAGE_BROKEN "!%s %d"

enum { STAGE_SIZE = 16 };

/*
 * What a runner returns instead of -errno where the answer lacks a hook, and what is done in its place is not possible.
 * Only for the words of a report, too.
 */
enum {
	NO_HOOK = -5001,   /* nothing is done in its place */
	NO_MEMORY = -5002, /* link.mem is NULL */
	NO_SIZE = -5003,   /* link.size is 0 */
	NO_ROOM = -5004,   /* link.size is less than the message has */
};

enum order_kind {
	HELLO,    /* a reply only: this end is there, or setup() has failed; a struct hello follows */
	ATTACH,   /* attach(), in a process that has called setup() or was forked from it */
	JOIN,     /* join(); the link follows */
	SEND,     /* lengths follow; the bytes are there */
	RECV,     /* capacities follow; the reply has the results, and the bytes are there */
	REAP,     /* wait for the forked peer */
	TEARDOWN, /* of every link */
	LEAVE,    /* exit; there is no reply */
};

struct order {
	uint32_t what;
	uint32_t link;
	uint32_t count; /* messages */
	uint32_t bytes; /* of messages, or of the link that follows */
	int32_t peer;
	uint32_t empty_goes_on; /* an empty message is not the end */
};

struct reply {
	uint32_t what;
	uint32_t count; /* messages done, the last of which may have failed */
	int32_t result; /* of the hook that was called last */
	uint32_t bytes; /* of messages, or that follow */
};

struct hello {
	struct link links[MOST_LINKS];
	uint64_t messages; /* where they are in that process */
};

#endif

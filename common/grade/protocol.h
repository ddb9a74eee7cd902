/*
 * protocol.h - what the warden and a runner say to each other, over a SOCK_SEQPACKET socket
 *
 * The warden gives an order, the runner obeys and replies. Lengths and bytes follow their header in packets of at most
 * PACKET_SIZE. The warden believes nothing of a reply but that these bytes came from that process.
 */
#ifndef IPCKIT_GRADE_PROTOCOL_H
#define IPCKIT_GRADE_PROTOCOL_H

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
#define STAGE_SETUP "setup()"
#define STAGE_FILL "fill"
#define STAGE_TEARDOWN "teardown()"
/* Or, as the last of it, which call of the runner's own failed, and its errno. */
#define STAGE_BROKEN "!%s %d"

enum { STAGE_SIZE = 16 };

enum order_kind {
	HELLO,    /* a reply only: this end is there, or setup() has failed; the links follow */
	ATTACH,   /* attach(), in a process that has called setup() or was forked from it */
	JOIN,     /* join(); the links follow */
	SEND,     /* lengths and bytes follow */
	RECV,     /* capacities follow; the reply has the results, and then the bytes */
	REAP,     /* wait for the forked peer */
	TEARDOWN, /* of every link */
	LEAVE,    /* exit; there is no reply */
};

struct order {
	uint32_t what;
	uint32_t link;
	uint32_t count; /* messages */
	uint32_t bytes; /* that follow the table of lengths */
	int32_t peer;
	uint32_t empty_goes_on; /* an empty message is not the end */
};

struct reply {
	uint32_t what;
	uint32_t count; /* messages done, the last of which may have failed */
	int32_t result; /* of the hook that was called last */
	uint32_t bytes;
};

#endif

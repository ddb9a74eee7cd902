/*
 * variant.h - the contract of a row: one way for two processes to exchange bytes
 *
 * One link carries messages one way, from a SENDER to a RECEIVER; a conversation is two links. A row is one file in
 * variants/ that exports one `const struct variant variant_<stem>`. Its file name alone registers it.
 */
#ifndef IPCKIT_VARIANT_H
#define IPCKIT_VARIANT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum end { SENDER, RECEIVER };

/* Where the bytes are while they travel; the tables are grouped by it, in this order. */
enum variant_group {
	PRIVATE_MEMORY,      /* each process has its own copy */
	SHARED_MEMORY,       /* one copy, nobody is told when it changes */
	SYNCHRONISED_MEMORY, /* one copy, and the reader is woken */
	STREAM,              /* bytes in order, no boundaries */
	MESSAGE,             /* bytes in order, boundaries kept */
	NUMBER,              /* a few bytes that fit a counter or a signal */
	REACH,               /* one process reaches into the memory of the other */
	FILES,               /* bytes that outlive both */
};

/* What the textbook says the receiver gets. Only used to flag a surprise, never to fill in a cell. */
enum outcome {
	GETS_MESSAGE, /* what was sent */
	GETS_STALE,   /* the bytes from before the fork */
	GETS_ZEROS,   /* memory that nobody wrote */
	GETS_CRASH,   /* a signal: the memory is not there */
};

enum { LINK_NAME_SIZE = 64 };

/*
 * One direction of a conversation. Plain values: they can be handed to an exec'd program byte for byte, and fork
 * copies them. The harness zeroes the struct, sets fd and id to -1, and fills name, owner and peer.
 */
struct link {
	void *mem;                 /* payload memory that both ends hope to share; NULL where there is none */
	size_t size;               /* bytes of mem, or the largest message to expect */
	int fd[2];                 /* [0] receives, [1] sends; -1 where unused */
	int id;                    /* System V id, port, …; -1 where unused */
	char name[LINK_NAME_SIZE]; /* unique, unpredictable rendezvous name: "/ipckit.…" with no other slash */
	pid_t owner;               /* the process that called setup() */
	pid_t peer;                /* the process at the other end, set after fork */
};

/*
 * A mechanism. Hooks return 0 (or a length) or -errno, print nothing and never exit. One that waits for longer than some
 * 300 ms by a timer that its system call does not show, such as SO_RCVTIMEO or alarm(2), counts as hung.
 *
 * setup     once, in the owner, before fork. What must exist before a message can come (a bound socket, a blocked
 *           signal) is made here. Everything it creates is O_EXCL, 0600 and close-on-exec.
 * attach    each end, after fork; NULL = nothing to do. Where ends must connect, the owner accepts and the other end
 *           connects (`getpid() == l->owner` tells).
 * join      instead of attach, by a process that has only the struct's values; NULL = not possible.
 * send      returns len when the whole message was accepted; buf may be reused at once. NULL = copy to mem.
 * recv      a message row returns exactly one message (cap is at least its length); a stream or memory row fills cap
 *           and returns less only when the stream has ended; 0 = the sender is gone. NULL = copy from mem.
 * teardown  always called, in the owner; survives a half-done setup; removes names.
 */
struct variant {
	const char *name;  /* the file's stem */
	const char *title; /* a few words for the table */
	const char *man;   /* where to read on: "pipe(7)" */
	enum variant_group group;
	enum outcome expect;
	size_t max_message; /* bytes; 0 = only limited by link.size */
	bool blocks;        /* recv() sleeps until a message is there; otherwise the harness says when to look */
	int (*setup)(struct link *l, size_t size);
	int (*attach)(struct link *l, enum end end);
	int (*join)(struct link *l, enum end end);
	ssize_t (*send)(struct link *l, const void *buf, size_t len);
	ssize_t (*recv)(struct link *l, void *buf, size_t cap);
	void (*teardown)(struct link *l);
};

/*
 * To be called on the line after a failed system call: `if (fd == -1) return call_failed("open");`.
 * Keeps the name of the call for the line of error that the user reads. Returns -errno.
 */
int call_failed(const char *call);

/*
 * A System V key that is this link's own: known before the object exists, so that what a killed run leaves behind can be
 * found again, which an IPC_PRIVATE object cannot. To be used with IPC_CREAT | IPC_EXCL.
 */
key_t link_key(const struct link *l);

#endif

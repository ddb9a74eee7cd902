/*
 * trial.h - one run of one experiment, as the processes in it see it
 *
 *   supervisor                    never runs a hook
 *     └─ case process             runs a column's ask(); outside witness, never runs a hook
 *          ├─ owner               setup(), before(), attach(), act(), teardown()
 *          │    └─ peer           attach() or join(), act()
 *          └─ … or the peer here, where it must be a stranger to the owner
 *
 * They report through memory that they share with the case process, so a row may close every descriptor and still be
 * heard. They are ordered by steps: a number that only rises, each step reached by one process and awaited by any.
 */
#ifndef IPCKIT_TRIAL_H
#define IPCKIT_TRIAL_H

#include "cell.h"
#include "variant.h"

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

/* A process of a trial has a seat: SENDER, RECEIVER (enum end), or a third one that some experiments add. */
enum { THIRD = 2, SEATS = 3 };

/* Where a process is; named in the detail of a crash or a hang. */
enum phase {
	STARTING,
	IN_SETUP,
	IN_BEFORE,
	IN_ATTACH,
	IN_JOIN,
	IN_SEND,
	IN_RECV,
	IN_TURN,
	IN_ACT,
	IN_TEARDOWN,
	ENDED
};

/* What a process says of itself. Written by that process only. */
struct report {
	_Atomic pid_t pid; /* 0 = not started */
	_Atomic enum phase phase;
	int error; /* errno that a hook returned; 0 = none */
	enum phase failed_in;
	char call[24];   /* the call that is to blame, of a tried send() or recv() too */
	char breach[64]; /* or the rule of the contract that the row broke; empty = none */
	void *mem;       /* link.mem in that process */
};

enum { NOTES = 8 };

/* Shared by the case process and all processes of the trial. */
struct board {
	_Atomic uint32_t step;
	_Atomic uint32_t living;      /* processes besides the owner that have not ended */
	_Atomic uint32_t ready;       /* setup() and before() are done, and `link` is valid */
	_Atomic uint32_t joined;      /* the peer has joined, where it is not simply forked */
	_Atomic uint32_t denied;      /* a hook returned an errno of a thing that is refused or not supported */
	_Atomic uint32_t first_error; /* 1 + the seat whose hook failed first; 0 = none */
	struct report report[SEATS];
	struct link link;      /* as setup() left it */
	size_t size;           /* bytes of a message */
	bool filled;           /* the memory had a known content, `before`, when the owner forked */
	size_t length;         /* bytes that the receiver got in its last recv() */
	long long note[NOTES]; /* what a column's processes tell its case process */
};

/* Where the process at the other end comes from. */
enum kin {
	FORKED,    /* from the owner: it has inherited everything */
	EXECED,    /* likewise, but then it called execve(2): the link's values and its descriptors are left */
	STRANGER,  /* from the case process: it has the link's values and nothing else */
	CONTAINED, /* a stranger in pid, ipc, net and mount namespaces with /dev/shm and /tmp of their own */
};

struct trial;

/* What an experiment does. Its functions run in the processes of the trial. An EXECED peer does exchange_act(). */
struct script {
	enum end owner; /* the end that the process which calls setup() plays */
	enum kin peer;
	uid_t owner_uid, peer_uid;       /* 0 = stay who we are; the peer only where it is a stranger */
	bool any_size;                   /* do not clip the size to what the row says it can carry */
	bool leave;                      /* nobody calls teardown() */
	void (*before)(struct trial *t); /* in the owner, after setup() and before fork; may be NULL */
	void (*act)(struct trial *t, enum end end);
};

/* What the case process knows of the others; see watch.c. */
struct watch {
	struct cell *cell;
	int pidfd[SEATS];   /* -1 = not there yet */
	bool dead[SEATS];   /* ended before we ended the trial */
	bool killed[SEATS]; /* by us, as a part of the experiment */
	int status[SEATS];  /* as of waitpid(2), once reaped; -1 = unknown */
	bool set_up;        /* setup() is through, and what has to follow it */
	bool over;          /* nothing more to wait for */
	bool good;          /* all have finished, or the experiment needs nothing more of them */
	bool stopped;       /* good, but they have to be ended */
	bool told;          /* not good, and the cell says why */
	bool cleared;       /* all processes are reaped, all names removed */
	int still_ticks;    /* samples in a row in which nobody moved */
	unsigned long long pulse[SEATS];
	long long deadline; /* ns, CLOCK_MONOTONIC */
};

struct trial {
	const struct variant *variant;
	const struct script *script;
	size_t size;      /* bytes of a message */
	struct link link; /* this process's copy */
	int self;         /* seat */
	struct board *board;
	unsigned char *before; /* what was in memory before the fork */
	unsigned char *sent;   /* the message, made by the sender after the fork */
	unsigned char *seen;   /* what the receiver got */
	int bell;              /* eventfd that wakes the case process; only speeds it up */
	int board_fd;          /* memfd of the board, for an exec'd peer; otherwise -1 */
	struct watch watch;    /* the case process's own */
};

/* True where `mem` is payload that the ends hope to share, so that addresses and frames can be compared. */
bool variant_has_memory(const struct variant *v);

/* True where the ends simply read and write memory. */
bool variant_is_plain_memory(const struct variant *v);

/* The size that this row can carry: `size`, or less. */
size_t variant_clip(const struct variant *v, size_t size);

/* Bytes that the board and the three buffers after it take, and setting t->before, sent and seen. */
size_t trial_board_size(size_t size);
void trial_set_buffers(struct trial *t);

/* "recv()", "teardown()", …; "sender", … for people. */
const char *phase_name(enum phase phase);
const char *seat_name(int seat);

/* In one of the row's own hooks. */
bool phase_is_hook(enum phase phase);

/*
 * The lives of processes: `error` is a -errno from before, or 0. They have been confined already, and a stranger's pid
 * is on the board.
 */
void trial_owner(struct trial *t, int error) __attribute__((noreturn));
void trial_stranger(struct trial *t, enum end end, int error) __attribute__((noreturn));

static inline enum end other_end(enum end end)
{
	return end == SENDER ? RECEIVER : SENDER;
}

/* For act(): a hook that fails ends the process, and the report says which call it was. */
void trial_make_message(struct trial *t); /* fills t->sent */
void trial_send(struct trial *t, const void *buf, size_t len);
size_t trial_recv(struct trial *t, void *buf, size_t cap); /* bytes; t->board->length too */

/* The same, but an error is a result: -errno. */
ssize_t trial_try_send(struct trial *t, const void *buf, size_t len);
ssize_t trial_try_recv(struct trial *t, void *buf, size_t cap);

/* In the case process: that result is no answer, and the cell says so. `where` is the part of the experiment. */
void trial_tell(const struct trial *t, int seat, long long result, const char *where, struct cell *c);

/* Forks a process that is attached as this one is, takes the third seat, does act() as `end`, and ends. */
void trial_fork_third(struct trial *t, enum end end, void (*act)(struct trial *t, enum end end));

/* Steps. */
void trial_reach(struct trial *t, uint32_t step);
void trial_await(struct trial *t, uint32_t step);

/* Reads one byte of the payload, so that its page is present in this process. */
void trial_touch(const struct trial *t);

#endif

#include "grade/levels.h"

#include <string.h>

const struct item_info item_infos[ITEMS] = {
	[ITEM_BUILD] = {"build", "builds without warnings", "build", 5},
	[ITEM_PARENT_TO_CHILD] = {"parent_to_child", "parent → child", "delivery", 15},
	[ITEM_CHILD_TO_PARENT] = {"child_to_parent", "child → parent", "delivery", 5},
	[ITEM_MECHANISM] = {"mechanism", "by the asked mechanism", "delivery", 10},
	[ITEM_RECEIVER_FIRST] = {"receiver_first", "receiver first", "delivery", 5},
	[ITEM_SENDER_FIRST] = {"sender_first", "sender first", "delivery", 5},
	[ITEM_LARGEST] = {"largest", "largest message intact", "delivery", 8},
	[ITEM_SMALL] = {"small", "small and binary messages", "delivery", 4},
	[ITEM_MANY] = {"many", "1000 messages in a row", "delivery", 7},
	[ITEM_END_OF_STREAM] = {"end_of_stream", "end of stream seen", "robustness", 5},
	[ITEM_SENDER_KILLED] = {"sender_killed", "sender killed: receiver returns", "robustness", 5},
	[ITEM_RECEIVER_KILLED] = {"receiver_killed", "receiver killed: sender gets an error", "robustness", 4},
	[ITEM_SIGNALS] = {"signals", "signals during a transfer", "robustness", 4},
	[ITEM_SLEEPS] = {"sleeps", "sleeps while it waits", "robustness", 4},
	[ITEM_CLEAN_EXIT] = {"clean_exit", "nothing left after a normal exit", "tidiness", 6},
	[ITEM_CLEAN_KILL] = {"clean_kill", "nothing left after SIGKILL; second run works", "tidiness", 3},
	[ITEM_NO_LEAK] = {"no_leak", "no descriptor leak, no zombie", "tidiness", 3},
	[ITEM_SANITIZERS] = {"sanitizers", "clean under ASan and UBSan", "tidiness", 2},
};

enum item item_find(const char *id)
{
	int i = 0;

	while (i < ITEMS && strcmp(item_infos[i].id, id) != 0)
		i++;
	return (enum item)i;
}

#define DROP(item) (1U << ITEM_##item)

/* Plain memory wakes nobody and has no end. */
enum {
	OF_PLAIN_MEMORY = DROP(RECEIVER_FIRST) | DROP(END_OF_STREAM) | DROP(SENDER_KILLED) | DROP(RECEIVER_KILLED) |
			  DROP(SIGNALS) | DROP(SLEEPS),
	OF_QUEUES = DROP(END_OF_STREAM) | DROP(SENDER_KILLED) | DROP(RECEIVER_KILLED),
	MIB = 1024 * 1024,
	QUEUE_MESSAGE = 8192, /* what fs.mqueue.msgsize_max is by default */
};

const struct level levels[] = {
	{"L1", "shared memory", TURNS, ANY_SHARED_MEMORY, MIB, false, OF_PLAIN_MEMORY, "mmap_shared",
	 "mmap(2), MAP_SHARED; fork(2)"},
	{"L2", "a pipe", BYTES, ANY_PIPE, MIB, false, 0, "pipe", "pipe(7), read(2), write(2)"},
	{"L3", "POSIX shared memory", TURNS, POSIX_SHARED_MEMORY, MIB, false, OF_PLAIN_MEMORY, "shm_open",
	 "shm_overview(7), shm_open(3), ftruncate(2)"},
	{"L4", "messages", MESSAGES, ANY_MESSAGES, QUEUE_MESSAGE, false, OF_QUEUES, "posix_mq",
	 "mq_overview(7); unix(7), SOCK_SEQPACKET; svipc(7)"},
	{"L5", "shared memory that wakes its reader", BYTES, WAKING_SHARED_MEMORY, MIB, false, 0, "shm_sem",
	 "sem_overview(7), futex(7)"},
	{"L6", "a peer that was not forked", BYTES, ANY_RENDEZVOUS, MIB, true, 0, "unix_stream", "unix(7), fifo(7)"},
};

const size_t levels_count = sizeof levels / sizeof levels[0];

const struct level *level_find(const char *name)
{
	for (size_t i = 0; i < levels_count; i++)
		if (strcmp(levels[i].name, name) == 0)
			return &levels[i];
	return NULL;
}

bool level_asks(const struct level *l, enum item item)
{
	return !(l->dropped & (1U << item));
}

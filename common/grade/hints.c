#include "grade/hints.h"

#include <stddef.h>
#include <string.h>

enum { STEPS = 3 };

/* By what the bytes of a level travel, where a hint holds for that alone. */
enum { ANY = 0, MEMORY = 1, STREAMS = 2, QUEUES = 4 };

#define INTERRUPTED                                                                                                  \
	{                                                                                                            \
		"What does a sleeping system call return when a handler has run?",                                   \
			"EINTR is no failure: the call has to be made again, for what is still missing.",            \
			"signal(7), \"Interruption of system calls and library functions by signal handlers\""       \
	}

#define FAILED_CALL                                                                                                  \
	{                                                                                                            \
		"Which call failed, and what does its errno say?",                                                   \
			"The name of the error is in what was measured: look it up under ERRORS.",                   \
			"errno(3), and ERRORS of the page of the call"                                               \
	}

#define MINUS_ONE                                                                                                    \
	{                                                                                                            \
		"Do you return what the call returned, or -errno?",                                                  \
			"A call that fails returns -1 and says why in errno; a hook returns that number itself, "    \
			"with a minus before it.",                                                                   \
			"call_failed() in variant.h; errno(3)"                                                       \
	}

#define SECOND_MESSAGE                                                                                               \
	{                                                                                                            \
		"What happens to the second message if the first is still there?",                                   \
			"An unread message must not be overwritten, and bytes of two messages must not mix."         \
	}

#define MISSING_HOOK                                                                                                         \
	{                                                                                                                    \
		"Which hooks does your struct variant_answer name, and which of them does this level need?",                 \
			"What is not named there is NULL: then bytes are copied to link.mem, or from it, and nobody joins.", \
			"variant.h, struct variant"                                                                          \
	}

#define OF_A_WRITE_END                                                                                                   \
	{                                                                                                                \
		"Who could still write to what the receiver reads?",                                                     \
			"The end comes when the last write end is closed, and each process that has one holds it open.", \
			"pipe(7), I/O on pipes; close(2)"                                                                \
	}

#define OF_A_SLEEPER                                                                                                 \
	{                                                                                                            \
		"How could the receiver know that nobody will ever wake it?",                                        \
			"A dead process closes its descriptors but wakes nobody who sleeps on memory.",              \
			"pidfd_open(2); sem_clockwait(3)"                                                            \
	}

/*
 * The first line that fits decides: the kinds of level, the item (ITEMS = any) and the cause (NULL = any) of what was
 * measured. Where there is no third step, the level's own pages are it. A cause that says by itself what went wrong stands
 * before the lines of an item for any cause, which are about what only that item tries.
 */
static const struct hint {
	unsigned kinds;
	enum item item;
	const char *cause;
	const char *steps[STEPS];
} hints[] = {
	{ANY,
	 ITEM_BUILD,
	 "symbol",
	 {"Which name does the grader look for in your file?",
	  "The struct variant has to be called variant_answer, and must not be static.",
	  "variant.h, and static in cppreference's \"storage duration and linkage\""}},
	{ANY,
	 ITEM_BUILD,
	 "warnings",
	 {"What does the compiler say, and is it right?",
	  "Build with -Wall -Wextra; the first warning is often the cause of the others.",
	  "gcc(1), \"Options to Request or Suppress Warnings\""}},
	{ANY,
	 ITEM_BUILD,
	 "limits",
	 {"What in your file keeps the compiler busy for so long?",
	  "It may use only so much time and memory: look for what grows, or never ends, while it compiles.",
	  "gcc(1), -E and -ftime-report"}},
	{ANY,
	 ITEM_BUILD,
	 "large",
	 {"What makes your file so large?",
	  "An answer is a few kilobytes of C: more than 1 MiB is not read. Is it the file that you meant, and not a program or data?",
	  "ls(1), -l; file(1)"}},
	{ANY,
	 ITEM_BUILD,
	 NULL,
	 {"What is the first error that the compiler names?",
	  "Only variant.h and the system's headers are there: nothing else of the kit can be included.", "gcc(1)"}},

	{ANY,
	 ITEMS,
	 "stale",
	 {"Both processes print the same pointer. Is it the same memory?",
	  "fork() gives the child a copy of private pages; what one of them writes later stays with it.",
	  "fork(2), and MAP_SHARED and MAP_PRIVATE in mmap(2)"}},
	{STREAMS | QUEUES,
	 ITEMS,
	 "empty",
	 {"Where does recv() put what has come?",
	  "Only zeros: nobody has written to buf, though recv() said that there is something in it.",
	  "variant.h, recv"}},
	{ANY,
	 ITEMS,
	 "empty",
	 {"Who has ever written to the memory that the receiver reads?",
	  "Zeros are fresh pages: was the mapping made after fork(), or is it another object than the sender's?",
	  "mmap(2), NOTES; fork(2)"}},
	{ANY, ITEMS, "interrupted", INTERRUPTED},
	{ANY, ITEM_SIGNALS, "minus_one", INTERRUPTED},
	{ANY, ITEMS, "minus_one", MINUS_ONE},
	{ANY, ITEMS, "hook_minus_one", MINUS_ONE},
	{MEMORY,
	 ITEMS,
	 "no_mem",
	 {"How does anybody else learn where your memory is?",
	  "Without such a hook of yours the message is copied to link.mem, and from it: setup() has to set it.",
	  "variant.h, link.mem, send and recv"}},
	{MEMORY,
	 ITEMS,
	 "no_size",
	 {"How does anybody else learn how large your memory is?",
	  "Without such a hook of yours no more is copied than link.size says, and that is 0 until setup() sets it.",
	  "variant.h, link.size, send and recv"}},
	{ANY, ITEMS, "no_mem", MISSING_HOOK},
	{ANY, ITEMS, "no_size", MISSING_HOOK},
	{ANY, ITEMS, "no_hook", MISSING_HOOK},
	{ANY,
	 ITEM_CHILD_TO_PARENT,
	 "taken",
	 {"What is different when two links of yours exist at the same time?",
	  "Two links need two objects: a fixed name or one static variable is the same for both.",
	  "variant.h, struct link and its name"}},
	{ANY,
	 ITEMS,
	 "taken",
	 {"Who has made something of that name, or at that address, before?",
	  "A fixed name is taken as long as another link or an earlier run has it. Use the name in the link: it is new each time.",
	  "variant.h, struct link and its name; ERRORS of the page of the call"}},
	{QUEUES,
	 ITEMS,
	 "too_many",
	 {"How many descriptors are open by then, and how many bytes may wait in your queues?",
	  "Both have a limit: what is no longer needed has to be closed, and a queue counts with all the room that it has.",
	  "mq_open(3), EMFILE; getrlimit(2), RLIMIT_NOFILE and RLIMIT_MSGQUEUE"}},
	{ANY,
	 ITEMS,
	 "too_many",
	 {"How many descriptors are open by then, and which of them are still needed?",
	  "A process may have only so many: what each message or link opens has to be closed again.",
	  "getrlimit(2), RLIMIT_NOFILE; proc(5), /proc/pid/fd"}},
	{ANY, ITEM_MANY, "again", SECOND_MESSAGE},
	{ANY,
	 ITEMS,
	 "again",
	 {"What would the call have had to wait for?",
	  "EAGAIN says that it would have slept, and was not allowed to: O_NONBLOCK, or a time limit, is set.",
	  "errno(3), EAGAIN; open(2), O_NONBLOCK"}},
	{ANY,
	 ITEMS,
	 "setup",
	 {"Which call failed in setup(), and what does its errno say?",
	  "The name of the error is in what was measured: look it up under ERRORS, and at what that call was given.",
	  "errno(3), and ERRORS of the page of the call"}},
	{ANY,
	 ITEMS,
	 "attach",
	 {"Which call failed in attach(), and what does its errno say?",
	  "Each end runs it for itself: does it find what setup() has made, and has the other end come as far as needed?",
	  "variant.h, setup and attach; ERRORS of the page of the call"}},
	{ANY,
	 ITEMS,
	 "join",
	 {"Which call failed in join(), and what does its errno say?",
	  "It runs in a process that has only the values of the link. What it looks for must be there once setup() has "
	  "returned, and stay until join() has found it.",
	  "variant.h, setup, attach and join; ERRORS of the page of the call"}},
	{STREAMS | MEMORY, ITEM_SIGNALS, "short", INTERRUPTED},
	{ANY,
	 ITEMS,
	 "phantom",
	 {"Which bytes does recv() count when the end has come?",
	  "Only those that somebody has sent: 0 where there are none, and nothing that was there before or was filled in.",
	  "variant.h, recv; read(2), RETURN VALUE"}},
	{MEMORY,
	 ITEMS,
	 "short",
	 {"When may recv() return less than it was asked for?",
	  "Only when the sender has gone: is link.size what setup() was asked for, and is what is missing waited for?",
	  "variant.h, recv and link.size"}},
	{QUEUES,
	 ITEMS,
	 "short",
	 {"How large is the buffer that one message is received into?",
	  "What is longer than that is cut or refused; recv() is given room for any message of the level."}},
	{ANY,
	 ITEMS,
	 "short",
	 {"How many bytes does one read(2) promise to return?",
	  "A stream returns what is there: whoever wants all of it has to ask again until it has come.",
	  "read(2), RETURN VALUE; pipe(7), I/O on pipes"}},
	{ANY,
	 ITEMS,
	 "send_short",
	 {"Did the whole message go in, or only its beginning?",
	  "send() returns the whole length, once all of it is in; a write(2) to a stream may take less than it was given.",
	  "variant.h, send; write(2), RETURN VALUE"}},
	{ANY,
	 ITEMS,
	 "cut",
	 {"Up to which byte is the message right, and what is special about that number?",
	  "Look at what limits one transfer: the size of an object, of a buffer, of a counter."}},
	{QUEUES,
	 ITEMS,
	 "boundary",
	 {"Where does one message end and the next begin?",
	  "This level wants one message for each recv(): a stream would need a length before each.",
	  "socket(2), SOCK_SEQPACKET; mq_overview(7)"}},
	{ANY,
	 ITEMS,
	 "boundary",
	 {"How much may recv() return?", "At most cap, and what it returns is how many bytes it has put into buf.",
	  "variant.h, recv"}},
	{ANY,
	 ITEMS,
	 "ended",
	 {"What does 0 mean when recv() returns it?",
	  "0 says that the sender has gone. What is not there yet has to be waited for.",
	  "variant.h, recv; read(2), RETURN VALUE"}},
	{MEMORY, ITEM_END_OF_STREAM, "naps", OF_A_SLEEPER},
	{MEMORY, ITEM_SENDER_KILLED, "naps", OF_A_SLEEPER},
	{MEMORY,
	 ITEMS,
	 "naps",
	 {"What does that process wait for by the clock, and has it been there before?",
	  "Whoever looks again from time to time still needs a sign that stays: was it taken too early, or given before the message was complete?",
	  "sem_overview(7); futex(7); variant.h, send and recv"}},
	{ANY,
	 ITEMS,
	 "naps",
	 {"What does that process wait for by the clock?",
	  "A sleep is over when its time is over, not when the other side is ready: wait in a call that the other side ends.",
	  "nanosleep(2), NOTES; variant.h, send and recv"}},
	{ANY,
	 ITEMS,
	 "sigpipe",
	 {"What does the kernel do to a process that writes to a pipe without a reader, or to such a socket?",
	  "Signal 13 kills unless it is ignored; then the write itself returns an error.",
	  "pipe(7), I/O on pipes; send(2), EPIPE and MSG_NOSIGNAL; signal(7)"}},
	{MEMORY,
	 ITEM_LARGEST,
	 "crash",
	 {"How large is the object that you have mapped?",
	  "A new object has size 0, and touching memory behind its end raises SIGBUS.",
	  "shm_open(3), ftruncate(2); mmap(2), ERRORS, SIGBUS"}},
	{ANY,
	 ITEMS,
	 "crash",
	 {"Which address was touched, and what is mapped there in that process?",
	  "Check each result before you use it; memory behind the end of an object raises SIGBUS.",
	  "mmap(2), ERRORS, SIGSEGV and SIGBUS"}},
	{ANY,
	 ITEMS,
	 "start",
	 {"What runs, or has to be loaded, before the first of your hooks?",
	  "A constructor runs before main(); and static variables must fit into the memory that a process may have.",
	  "execve(2), ERRORS; getrlimit(2), RLIMIT_AS; elf(5), .bss"}},
	{ANY,
	 ITEMS,
	 "stopped",
	 {"What makes a process stop, and what makes it go on?",
	  "SIGSTOP, or SIGTSTP that nobody handles, stops it; it neither sleeps nor runs until SIGCONT comes.",
	  "signal(7), Standard signals; waitpid(2), WUNTRACED"}},
	{ANY,
	 ITEMS,
	 "sanitizer",
	 {"Which line does the sanitizer name?",
	  "Its report is in the output below: the kind of error first, then where. Of buf no more than len "
	  "bytes may be read, or cap bytes written.",
	  "gcc(1), -fsanitize=address and -fsanitize=undefined"}},
	{ANY,
	 ITEMS,
	 "exit",
	 {"Who calls exit(), and what becomes of the other process?",
	  "A hook returns -errno when it fails; the process belongs to the harness.", "variant.h; _exit(2)"}},
	{ANY,
	 ITEMS,
	 "attest",
	 {"Are there really two processes at the two ends?",
	  "The two must not share memory or descriptors as threads do, and each must answer for itself.",
	  "fork(2), clone(2)"}},
	{ANY,
	 ITEMS,
	 "slow",
	 {"How many system calls does one message need?",
	  "It was right as far as it came: move more bytes with each call, and do not look more often than needed."}},
	{ANY,
	 ITEM_CHILD_TO_PARENT,
	 NULL,
	 {"What is different when two links of yours exist at the same time?",
	  "Two links need two objects: a fixed name or one static variable is the same for both.",
	  "variant.h, struct link and its name"}},

	{MEMORY, ITEM_END_OF_STREAM, "hang", OF_A_SLEEPER},
	{MEMORY, ITEM_SENDER_KILLED, "hang", OF_A_SLEEPER},
	{ANY, ITEM_END_OF_STREAM, "hang", OF_A_WRITE_END},
	{ANY, ITEM_SENDER_KILLED, "hang", OF_A_WRITE_END},
	{ANY,
	 ITEM_SENDER_KILLED,
	 "lost",
	 {"What becomes of the bytes that came before the end?",
	  "recv() returns less than asked when the stream ends in the middle; 0 only when nothing came.",
	  "variant.h, recv; read(2), RETURN VALUE"}},
	{ANY,
	 ITEM_RECEIVER_KILLED,
	 "swallowed",
	 {"What does send() return when the call that it makes has failed?",
	  "A call that fails has taken nothing, and a number above 0 is a length: the error is told by -errno.",
	  "variant.h, send and call_failed(); errno(3)"}},
	{MEMORY,
	 ITEM_RECEIVER_KILLED,
	 "unnoticed",
	 {"Who takes what is put into memory for a process that is dead?",
	  "Memory keeps it all the same: whoever sends has to look whether the receiver still lives.",
	  "pidfd_open(2); poll(2); pthread_mutexattr_setrobust(3)"}},
	{ANY,
	 ITEM_RECEIVER_KILLED,
	 "unnoticed",
	 {"Who reads what is sent to a process that is dead?",
	  "Somebody still holds the receiving end open, or write(2) has said so and its -1 was taken for a number of bytes.",
	  "close(2); write(2), RETURN VALUE; pipe(7), I/O on pipes"}},
	{ANY,
	 ITEM_SLEEPS,
	 "spin",
	 {"What does your receiver do while nothing comes?",
	  "A loop that looks again and again uses a whole CPU; let the kernel put it to sleep."}},
	{ANY,
	 ITEM_SLEEPS,
	 "full",
	 {"What does your sender do while there is no room?",
	  "A loop that tries again and again uses a whole CPU; the kernel can wake it when the receiver has taken something."}},
	{ANY,
	 ITEM_SLEEPS,
	 NULL,
	 {"Who wakes your receiver, the sender or the clock?",
	  "Sleeping for a while and looking again is late or wasteful, and mostly both."}},
	{ANY,
	 ITEM_MECHANISM,
	 NULL,
	 {"Through which object of the kernel did the message go?",
	  "It arrived, but not by what this level asks for; compare what was measured with the task."}},
	{ANY,
	 ITEM_RECEIVER_FIRST,
	 "early",
	 {"What did recv() return before there was anything to receive?",
	  "At this level recv() sleeps until a whole message is there.", "variant.h, recv"}},
	{ANY,
	 ITEM_SENDER_FIRST,
	 NULL,
	 {"What becomes of a message that is sent before anybody receives?",
	  "It has to be kept somewhere, or the sender has to wait."}},
	{ANY,
	 ITEM_MANY,
	 "hang",
	 {"Who waits for whom when the sender is faster than the receiver, or slower?",
	  "What finds no room has to wait for it, not be dropped; and whoever waits has to be woken each time."}},
	{ANY,
	 ITEM_MANY,
	 "spin",
	 {"Which condition does the loop wait for, and does it become true for each message?",
	  "It was true once. What the sender sets for one message must not be lost before the next."}},
	{ANY, ITEM_MANY, "error", FAILED_CALL},
	{ANY, ITEM_MANY, "send_error", FAILED_CALL},
	{ANY, ITEM_MANY, NULL, SECOND_MESSAGE},
	{ANY,
	 ITEM_SMALL,
	 NULL,
	 {"Does your answer look at what is in the message?",
	  "A message is bytes with a length: 0 is a byte like any other, and no end.", "memcpy(3), string(3)"}},

	{ANY,
	 ITEM_CLEAN_EXIT,
	 "residue",
	 {"What is there after your program that was not there before?",
	  "Whatever has a name lives on until somebody removes the name; teardown() is the place.",
	  "shm_unlink(3), mq_unlink(3), unlink(2), shmctl(2)"}},
	{ANY,
	 ITEM_CLEAN_KILL,
	 "second_run",
	 {"What does your setup() find when an earlier run was killed?",
	  "A fixed name is still taken. Use the name in the link: it is new each time.",
	  "shm_open(3), O_EXCL; link.name in variant.h"}},
	{ANY,
	 ITEM_CLEAN_KILL,
	 "residue",
	 {"Who clears up if a process does not come to its end?",
	  "Only what carries the link's name, or its key, can be found again by others.",
	  "shm_unlink(3); link_key() in variant.h; svipc(7)"}},
	{ANY,
	 ITEM_NO_LEAK,
	 "zombie",
	 {"Who waits for the processes that you start?",
	  "A process stays in the table until its parent has waited for it.", "waitpid(2), NOTES"}},
	{ANY,
	 ITEM_NO_LEAK,
	 "process",
	 {"Which process that you started is still there when teardown() has returned?",
	  "Whoever starts a process ends it and waits for it, on the ways of errors too.", "kill(2); waitpid(2)"}},
	{ANY,
	 ITEM_NO_LEAK,
	 "cloexec",
	 {"Which of your descriptors would a program have that one of the two starts with exec?",
	  "What setup() and attach() create has to be close-on-exec, from its first moment on.",
	  "open(2), O_CLOEXEC; pipe2(2); fcntl(2), FD_CLOEXEC"}},
	{ANY,
	 ITEM_NO_LEAK,
	 "descriptors",
	 {"Which descriptors are open at the end that were not at the start?",
	  "Each open, pipe and dup needs its close, on the ways of errors too.", "close(2); proc(5), /proc/pid/fd"}},

	{STREAMS,
	 ITEMS,
	 "garbled",
	 {"Where does each read(2) and write(2) go on in the buffer?",
	  "Its address has to move on by what the call before has returned, and it is that of the bytes themselves.",
	  "read(2), write(2), RETURN VALUE; pipe(7)"}},
	{ANY,
	 ITEMS,
	 "garbled",
	 {"Was it still that message when the receiver looked, or had another taken its place?",
	  "What nobody has read yet must stay as it is, and nobody must read before all of it is there."}},
	{ANY,
	 ITEMS,
	 "hang",
	 {"Who sleeps, on what, and who was to wake it?",
	  "See which call it sleeps in: the other side must do something that ends exactly that call."}},
	{MEMORY,
	 ITEMS,
	 "spin",
	 {"Which condition does the loop wait for, and who makes it true?",
	  "A plain variable may be read once and kept in a register; and memory that is not shared never changes.",
	  "futex(7); stdatomic.h"}},
	{ANY,
	 ITEMS,
	 "spin",
	 {"Which condition does the loop wait for, and who makes it true?",
	  "A call that returns at once, with 0 or EAGAIN, is not to be repeated at once: 0 is the end, and without "
	  "O_NONBLOCK it sleeps until there is something."}},
	{ANY, ITEMS, "error", FAILED_CALL},
	{ANY, ITEMS, "send_error", FAILED_CALL},
	{ANY,
	 ITEMS,
	 NULL,
	 {"What did you expect, and what was measured?",
	  "Take the smallest case that fails, and follow one byte from send() to recv().", "strace(1), -f"}},
};

static unsigned kind_of(const struct level *l)
{
	if (l->mechanism == ANY_SHARED_MEMORY || l->mechanism == POSIX_SHARED_MEMORY ||
	    l->mechanism == WAKING_SHARED_MEMORY)
		return MEMORY;
	return l->traffic == MESSAGES ? QUEUES : STREAMS;
}

static bool fits(const struct hint *h, const struct level *l, enum item item, const char *cause)
{
	return (h->item == item || h->item == ITEMS) && (!h->cause || strcmp(h->cause, cause) == 0) &&
	       (!h->kinds || (h->kinds & kind_of(l)));
}

const char *hint_for(const struct level *l, enum item item, const char *cause, int attempt)
{
	int step = attempt < 1 ? 0 : attempt > STEPS ? STEPS - 1 : attempt - 1;
	size_t i = 0;

	while (!fits(&hints[i], l, item, cause)) /* the last one fits everything */
		i++;
	return hints[i].steps[step] ? hints[i].steps[step] : l->pages;
}

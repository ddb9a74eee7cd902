#include "grade/hints.h"

#include <stddef.h>
#include <string.h>

enum { STEPS = 3 };

/* The first line that fits decides: the item (ITEMS = any) and the cause (NULL = any) of what was measured. */
static const struct hint {
	enum item item;
	const char *cause;
	const char *steps[STEPS];
} hints[] = {
	{ITEM_BUILD, "symbol", {"Which name does the grader look for in your file?", "The struct variant has to be called variant_answer, and must not be static.", "variant.h, and static in cppreference's \"storage duration and linkage\""}},
	{ITEM_BUILD, "warnings", {"What does the compiler say, and is it right?", "Build with -Wall -Wextra; the first warning is often the cause of the others.", "gcc(1), \"Options to Request or Suppress Warnings\""}},
	{ITEM_BUILD, NULL, {"What is the first error that the compiler names?", "Only variant.h and the system's headers are there: nothing else of the kit can be included.", "gcc(1)"}},

	{ITEMS, "stale", {"Both processes print the same pointer. Is it the same memory?", "fork() gives the child a copy of private pages; what one of them writes later stays with it.", "fork(2), and MAP_SHARED and MAP_PRIVATE in mmap(2)"}},
	{ITEMS, "empty", {"Who has ever written to the memory that the receiver reads?", "Zeros are fresh pages: was the mapping made after fork(), or is it another object than the sender's?", "mmap(2), NOTES; fork(2)"}},
	{ITEMS, "short", {"How many bytes does one read(2) promise to return?", "A stream returns what is there: whoever wants all of it has to ask again until it has come.", "read(2), RETURN VALUE; pipe(7), I/O on pipes"}},
	{ITEMS, "send_short", {"Did the whole message go in, or only its beginning?", "A write can take less than it was given; the rest is the caller's to send.", "write(2), RETURN VALUE"}},
	{ITEMS, "cut", {"Up to which byte is the message right, and what is special about that number?", "Look at what limits one transfer: the size of an object, of a buffer, of a counter.", "pipe(7), Pipe capacity; ftruncate(2)"}},
	{ITEMS, "boundary", {"Where does one message end and the next begin?", "This level wants one message for each recv(): a stream would need a length before each.", "socket(2), SOCK_SEQPACKET; mq_overview(7)"}},
	{ITEMS, "ended", {"What does 0 mean when recv() returns it?", "0 says that the sender has gone. An object that is not filled yet has to be waited for.", "read(2); fifo(7)"}},
	{ITEMS, "sigpipe", {"What does the kernel do to a process that writes to a pipe without a reader?", "Signal 13 kills unless it is ignored; then the write itself returns an error.", "pipe(7), I/O on pipes; signal(7), SIGPIPE"}},
	{ITEM_LARGEST, "crash", {"How large is the object that you have mapped?", "A new object has size 0, and touching memory behind its end raises SIGBUS.", "shm_open(3), ftruncate(2); mmap(2), ERRORS, SIGBUS"}},
	{ITEMS, "crash", {"Which address was touched, and what is mapped there in that process?", "Check each result before you use it; memory behind the end of an object raises SIGBUS.", "mmap(2), ERRORS, SIGSEGV and SIGBUS"}},
	{ITEMS, "sanitizer", {"Which line does the sanitizer name?", "Its report is in the output below: the kind of error first, then where.", "gcc(1), -fsanitize=address and -fsanitize=undefined"}},
	{ITEMS, "exit", {"Who calls exit(), and what becomes of the other process?", "A hook returns -errno when it fails; the process belongs to the harness.", "variant.h; _exit(2)"}},
	{ITEMS, "attest", {"Are there really two processes at the two ends?", "The two must not share memory or descriptors as threads do, and each must answer for itself.", "fork(2), clone(2)"}},
	{ITEM_CHILD_TO_PARENT, NULL, {"What is different when two links of yours exist at the same time?", "Two links need two objects: a fixed name or one static variable is the same for both.", "shm_overview(7); link.name in variant.h"}},

	{ITEM_END_OF_STREAM, "hang", {"Who could still write to what the receiver reads?", "The end comes when the last write end is closed, and each process has a copy of it after fork().", "pipe(7), I/O on pipes; close(2)"}},
	{ITEM_SENDER_KILLED, "hang", {"How could the receiver know that nobody will ever wake it?", "A dead process closes its descriptors but wakes nobody who sleeps on memory.", "pipe(7); pidfd_open(2); sem_clockwait(3)"}},
	{ITEM_RECEIVER_KILLED, "unnoticed", {"Who reads what is sent to a process that is dead?", "Somebody still holds the receiving end open: after fork() both processes have both ends.", "pipe(7), I/O on pipes"}},
	{ITEM_SIGNALS, NULL, {"What does a sleeping system call return when a handler has run?", "EINTR is no failure: the call has to be made again, for what is still missing.", "signal(7), \"Interruption of system calls and library functions by signal handlers\""}},
	{ITEM_SLEEPS, "spin", {"What does your receiver do while nothing comes?", "A loop that looks again and again uses a whole CPU; let the kernel put it to sleep.", "futex(2), sem_wait(3)"}},
	{ITEM_SLEEPS, NULL, {"Who wakes your receiver, the sender or the clock?", "Sleeping for a while and looking again is late or wasteful, and mostly both.", "sem_overview(7); futex(2); read(2)"}},
	{ITEM_MECHANISM, NULL, {"Through which object of the kernel did the message go?", "It arrived, but not by what this level asks for; compare what was measured with the task.", "svipc(7), pipe(7), shm_overview(7), mq_overview(7), unix(7)"}},
	{ITEM_RECEIVER_FIRST, "early", {"What did recv() return before there was anything to receive?", "At this level recv() sleeps until a whole message is there.", "variant.h, recv; sem_wait(3)"}},
	{ITEM_SENDER_FIRST, NULL, {"What becomes of a message that is sent before anybody receives?", "It has to be kept somewhere, or the sender has to wait.", "pipe(7), Pipe capacity; mq_overview(7)"}},
	{ITEM_MANY, NULL, {"What happens to the second message if the first is still there?", "An unread message must not be overwritten, and bytes of two messages must not mix.", "sem_overview(7); pipe(7), PIPE_BUF"}},
	{ITEM_SMALL, NULL, {"Does your answer look at what is in the message?", "A message is bytes with a length: 0 is a byte like any other, and no end.", "memcpy(3), string(3)"}},

	{ITEM_CLEAN_EXIT, NULL, {"What is there after your program that was not there before?", "Whatever has a name lives on until somebody removes the name; teardown() is the place.", "shm_unlink(3), mq_unlink(3), unlink(2), shmctl(2)"}},
	{ITEM_CLEAN_KILL, "second_run", {"What does your setup() find when an earlier run was killed?", "A fixed name is still taken. Use the name in the link: it is new each time.", "shm_open(3), O_EXCL; link.name in variant.h"}},
	{ITEM_CLEAN_KILL, NULL, {"Who clears up if a process does not come to its end?", "Only what carries the link's name, or its key, can be found again by others.", "shm_unlink(3); link_key() in variant.h; svipc(7)"}},
	{ITEM_NO_LEAK, "zombie", {"Who waits for the processes that you start?", "A process stays in the table until its parent has waited for it.", "waitpid(2), NOTES"}},
	{ITEM_NO_LEAK, NULL, {"Which descriptors are open at the end that were not at the start?", "Each open, pipe and dup needs its close, on the ways of errors too.", "close(2); proc(5), /proc/pid/fd"}},

	{ITEMS, "hang", {"Who sleeps, on what, and who was to wake it?", "See which call it sleeps in: the other side must do something that ends exactly that call.", "pipe(7), futex(7), sem_overview(7)"}},
	{ITEMS, "spin", {"Which condition does the loop wait for, and who makes it true?", "A plain variable may be read once and kept in a register; and memory that is not shared never changes.", "futex(7); stdatomic.h"}},
	{ITEMS, "error", {"Which call failed, and what does its errno say?", "The name of the error is in what was measured: look it up under ERRORS.", "errno(3), and ERRORS of the page of the call"}},
	{ITEMS, "send_error", {"Which call failed, and what does its errno say?", "The name of the error is in what was measured: look it up under ERRORS.", "errno(3), and ERRORS of the page of the call"}},
	{ITEMS, NULL, {"What did you expect, and what was measured?", "Take the smallest case that fails, and follow one byte from send() to recv().", "strace(1); svipc(7), pipe(7)"}},
};

static bool fits(const struct hint *h, enum item item, const char *cause)
{
	return (h->item == item || h->item == ITEMS) && (!h->cause || strcmp(h->cause, cause) == 0);
}

const char *hint_for(enum item item, const char *cause, int attempt)
{
	int step = attempt < 1 ? 0 : attempt > STEPS ? STEPS - 1 : attempt - 1;
	size_t i = 0;

	while (!fits(&hints[i], item, cause)) /* the last one fits everything */
		i++;
	return hints[i].steps[step];
}

#include "ways.h"

#include "../protocol.h"
#include "evidence.h"
#include "sockets.h"

#include <fcntl.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SHORT = 8, SOCKETS = 1, QUEUES = 2 /* lanes that are no inode */ };

const struct carrier carriers[] = {
	{SCMP_SYS(read), IN, PLAIN},
	{SCMP_SYS(write), OUT, PLAIN},
	{SCMP_SYS(pread64), IN, PLAIN},
	{SCMP_SYS(pwrite64), OUT, PLAIN},
	{SCMP_SYS(recvfrom), IN, PLAIN},
	{SCMP_SYS(sendto), OUT, PLAIN},
	{SCMP_SYS(mq_timedreceive), IN, PLAIN},
	{SCMP_SYS(mq_timedsend), OUT, PLAIN},
	{SCMP_SYS(msgrcv), IN, QUEUED},
	{SCMP_SYS(msgsnd), OUT, QUEUED},
	{SCMP_SYS(readv), IN, VECTOR},
	{SCMP_SYS(writev), OUT, VECTOR},
	{SCMP_SYS(preadv), IN, VECTOR},
	{SCMP_SYS(pwritev), OUT, VECTOR},
	{SCMP_SYS(preadv2), IN, VECTOR},
	{SCMP_SYS(pwritev2), OUT, VECTOR},
	{SCMP_SYS(recvmsg), IN, HEADER},
	{SCMP_SYS(sendmsg), OUT, HEADER},
	{SCMP_SYS(recvmmsg), IN, HEADERS},
	{SCMP_SYS(sendmmsg), OUT, HEADERS},
	{SCMP_SYS(vmsplice), BY_PID, VECTOR},
	{SCMP_SYS(splice), BY_PID, SPLICE},
	{SCMP_SYS(tee), BY_PID, TEE},
	{SCMP_SYS(sendfile), BY_PID, SENDFILE},
	{SCMP_SYS(copy_file_range), OUT, NEVER},
};

const size_t carriers_count = sizeof carriers / sizeof carriers[0];

/* One call of one process. */
struct question {
	const struct carrier *carrier;
	const struct seccomp_data *call;
	pid_t pid;
	bool out;
	int fd;
	struct stat object;
};

static const struct carrier *carrier_of(int call)
{
	for (size_t i = 0; i < carriers_count; i++)
		if (carriers[i].call == call)
			return &carriers[i];
	return NULL;
}

static bool read_memory(pid_t pid, uint64_t at, void *to, size_t len)
{
	char path[48];
	int fd;
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd == -1 ? -1 : pread(fd, to, len, (off_t)at);
	if (fd != -1)
		close(fd);
	return n == (ssize_t)len;
}

static size_t vector_length(pid_t pid, uint64_t at, uint64_t count)
{
	struct iovec parts[64];
	size_t sum = 0;

	if (count > sizeof parts / sizeof parts[0])
		count = sizeof parts / sizeof parts[0];
	if (!read_memory(pid, at, parts, count * sizeof parts[0]))
		return 0;
	for (size_t i = 0; i < count; i++)
		sum += parts[i].iov_len;
	return sum;
}

static size_t header_length(pid_t pid, uint64_t at)
{
	struct msghdr header;

	if (!read_memory(pid, at, &header, sizeof header))
		return 0;
	return vector_length(pid, (uintptr_t)header.msg_iov, header.msg_iovlen);
}

static size_t length(const struct question *q)
{
	const __u64 *args = q->call->args;
	size_t sum = 0;

	switch (q->carrier->shape) {
	case VECTOR:
		return vector_length(q->pid, args[1], args[2]);
	case HEADER:
		return header_length(q->pid, args[1]);
	case HEADERS:
		for (__u64 i = 0; i < args[2] && i < 64; i++)
			sum += header_length(q->pid, args[1] + i * sizeof(struct mmsghdr));
		return sum;
	case SPLICE:
		return args[4];
	case SENDFILE:
		return args[3];
	default:
		return args[2];
	}
}

/* The descriptor that the bytes of this process come from, or go to. */
static int descriptor(const struct question *q)
{
	const __u64 *args = q->call->args;

	if (q->carrier->shape == SPLICE)
		return (int)args[q->out ? 2 : 0];
	if (q->carrier->shape == TEE)
		return (int)args[q->out ? 1 : 0];
	if (q->carrier->shape == SENDFILE)
		return (int)args[q->out ? 0 : 1];
	return (int)args[0];
}

static void look_at_object(struct question *q)
{
	char path[48];

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)q->pid, q->fd);
	if (stat(path, &q->object) == -1)
		q->object = (struct stat){0};
}

static bool is_eventfd(const struct question *q)
{
	char path[48], target[64] = "";

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)q->pid, q->fd);
	return readlink(path, target, sizeof target - 1) > 0 && strcmp(target, "anon_inode:[eventfd]") == 0;
}

static bool is_queue(const struct question *q)
{
	return q->carrier->shape == QUEUED || q->call->nr == SCMP_SYS(mq_timedsend) ||
	       q->call->nr == SCMP_SYS(mq_timedreceive);
}

static bool keeps_boundaries(const struct question *q)
{
	static ino_t known[8];
	static bool keeps[8];
	size_t at = q->object.st_ino % 8;

	if (is_queue(q))
		return true;
	if (S_ISFIFO(q->object.st_mode))
		return pipe_of_packets(q->pid, q->fd);
	if (!S_ISSOCK(q->object.st_mode))
		return false;
	if (known[at] != q->object.st_ino)
		keeps[at] = socket_of_messages(q->object.st_ino);
	known[at] = q->object.st_ino;
	return keeps[at];
}

static bool is_asked(const struct ways *w, const struct question *q)
{
	if (q->carrier->shape == NEVER)
		return false;
	if (w->asked == ANY_PIPE)
		return S_ISFIFO(q->object.st_mode);
	return w->asked == ANY_MESSAGES && keeps_boundaries(q);
}

static struct lane *lane_of(struct ways *w, unsigned long object)
{
	unsigned n = atomic_load(&w->nlanes);

	for (unsigned i = 0; i < n; i++)
		if (w->lanes[i].object == object)
			return &w->lanes[i];
	if (n == MOST_LANES)
		return NULL;
	w->lanes[n].object = object;
	atomic_store(&w->nlanes, n + 1);
	return &w->lanes[n];
}

/* The ends of a pair of sockets are two objects; what one of them sends can only be read from the other. */
static void count(struct ways *w, const struct question *q)
{
	unsigned long object = is_queue(q) ? QUEUES : S_ISSOCK(q->object.st_mode) ? SOCKETS : q->object.st_ino;
	struct lane *lane = lane_of(w, object);

	if (lane && q->out && q->pid != w->receiver)
		atomic_fetch_add(&lane->sent, length(q));
	if (lane && !q->out && q->pid != w->sender)
		atomic_fetch_add(&lane->received, length(q));
}

size_t ways_carried(const struct ways *w)
{
	size_t sum = 0;

	for (unsigned i = 0; i < atomic_load(&w->nlanes); i++) {
		size_t sent = atomic_load(&w->lanes[i].sent), received = atomic_load(&w->lanes[i].received);
		sum += sent < received ? sent : received;
	}
	return sum;
}

/* Its bytes, and what else of it the sender can choose. False: who knows what it says. */
static bool read_word(const struct ways *w, const struct question *q, struct word *word)
{
	const __u64 *args = q->call->args;
	bool queued = q->carrier->shape == QUEUED;
	uint64_t kind = 0;

	*word = (struct word){(uint64_t)q->call->nr, args[0], args[2], 0, args[3]};
	if (w->forks > 1 || q->call->nr == SCMP_SYS(pwrite64) || (q->call->nr == SCMP_SYS(sendto) && args[4]))
		return false;
	if (queued && !read_memory(q->pid, args[1], &kind, sizeof(long)))
		return false;
	word->more ^= kind;
	return read_memory(q->pid, args[1] + (queued ? sizeof(long) : 0), &word->bytes, args[2]);
}

static size_t bits_of_choice(unsigned n)
{
	size_t bits = 1;

	while (n > 1U << bits)
		bits++;
	return bits;
}

/* A word that was said before can be told by its number; a new one by all of its bits. */
static size_t bits_told(struct ways *w, const struct question *q)
{
	size_t whole = 8 * (q->call->args[2] + (q->carrier->shape == QUEUED ? sizeof(long) : 1));
	struct word word;

	if (!read_word(w, q, &word))
		return whole;
	for (unsigned i = 0; i < w->nwords; i++)
		if (memcmp(&w->words[i], &word, sizeof word) == 0)
			return bits_of_choice(w->nwords);
	if (w->nwords < MOST_WORDS)
		w->words[w->nwords++] = word;
	return whole;
}

static bool may_wake(struct ways *w, const struct question *q)
{
	if ((q->carrier->shape != PLAIN && q->carrier->shape != QUEUED) || q->call->args[2] > SHORT)
		return false;
	if (q->out && q->pid == w->receiver)
		return true;
	w->told += bits_told(w, q);
	return w->told <= w->bytes * 8 / 2;
}

/* All that is in them has been let in by us. */
static bool holds_only_what_passed(const struct question *q)
{
	return is_queue(q) || S_ISFIFO(q->object.st_mode) || S_ISSOCK(q->object.st_mode) || is_eventfd(q);
}

/* The runner's line, and the output that the warden has given it: not what an answer has put in their places. */
static bool is_runners(const struct question *q)
{
	struct stat own;

	if (q->fd == CONNECTION)
		return q->call->nr == SCMP_SYS(sendto) || q->call->nr == SCMP_SYS(recvfrom);
	return q->call->nr == SCMP_SYS(write) && (q->fd == STDOUT_FILENO || q->fd == STDERR_FILENO) &&
	       fstat(q->fd, &own) == 0 && own.st_dev == q->object.st_dev && own.st_ino == q->object.st_ino;
}

/* A thread asks for its process. */
static pid_t process_of(const struct ways *w, pid_t asking)
{
	char path[32], line[128];
	int pid = asking;
	FILE *f = NULL;

	snprintf(path, sizeof path, "/proc/%d/status", (int)asking);
	if (asking != w->sender && asking != w->receiver)
		f = fopen(path, "re");
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "Tgid: %d", &pid) == 1)
			break;
	if (f)
		fclose(f);
	return pid;
}

bool ways_may_pass(struct ways *w, pid_t asking, const struct seccomp_data *call)
{
	struct question q = {carrier_of(call->nr), call, process_of(w, asking), false, -1, {0}};

	if (!q.carrier)
		return false;
	q.out = q.carrier->way == OUT || (q.carrier->way == BY_PID && q.pid != w->receiver);
	q.fd = descriptor(&q);
	if (q.carrier->shape != QUEUED)
		look_at_object(&q);
	if (is_runners(&q))
		return true;
	if (is_asked(w, &q)) {
		count(w, &q);
		return true;
	}
	return (!q.out && holds_only_what_passed(&q)) || may_wake(w, &q);
}

#include "ways.h"

#include "../protocol.h"
#include "carriers.h"
#include "evidence.h"
#include "holdings.h"
#include "sockets.h"
#include "telling.h"

#include <errno.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

enum { STATE_BITS = 512, LOOK_BITS = 64, SOCKETS = 1, QUEUES = 2 /* lanes that are no inode */ };

/* One call of one process. */
struct question {
	const struct carrier *carrier;
	const struct seccomp_data *call;
	pid_t pid;
	bool out;
	int fd;
	struct stat object;
};

/* That there is no such object, or that it is not ours to see, may be the answer's doing; want of memory is not. */
static void look_at_object(struct ways *w, struct question *q)
{
	char path[48];

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)q->pid, q->fd);
	if (stat(path, &q->object) == 0)
		return;
	q->object = (struct stat){0};
	if (errno == ENOMEM || errno == ENFILE || errno == EMFILE)
		w->error = errno;
}

/* What its descriptor is of, as /proc says; empty where that cannot be seen. */
static void read_target(const struct question *q, char target[64])
{
	char path[48];
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)q->pid, q->fd);
	n = readlink(path, target, 63);
	target[n > 0 ? n : 0] = '\0';
}

static bool is_anonymous(const struct question *q)
{
	static const char prefix[] = "anon_inode:";
	char target[64];

	read_target(q, target);
	return strncmp(target, prefix, strlen(prefix)) == 0;
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
		return !q->out || writes_packets(q->pid, q->fd); /* whoever reads gets what was put in */
	if (!S_ISSOCK(q->object.st_mode))
		return false;
	if (known[at] != q->object.st_ino)
		keeps[at] = socket_of_messages(q->pid, q->fd, (unsigned long)q->object.st_ino);
	known[at] = q->object.st_ino;
	return keeps[at];
}

static bool is_asked(const struct ways *w, const struct question *q)
{
	if (q->carrier->shape == NEVER || carrier_seeks(q->call))
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
static struct lane *lane_used(struct ways *w, const struct question *q)
{
	return lane_of(w, is_queue(q)                   ? QUEUES
			  : S_ISSOCK(q->object.st_mode) ? SOCKETS
							: (unsigned long)q->object.st_ino);
}

/* What the receiver itself puts into the pipe that it reads has not come from the other end. */
static void count_out(struct ways *w, const struct question *q)
{
	struct lane *lane = lane_used(w, q);

	if (lane && q->pid != w->receiver)
		atomic_fetch_add(&lane->sent, carrier_length(q->carrier, q->pid, q->call, false));
	else if (lane && S_ISFIFO(q->object.st_mode))
		atomic_fetch_add(&lane->returned, carrier_asked(q->carrier, q->pid, q->call));
}

/* As much as there is. What comes between our look and the call's own would be missed, so it is not let look at nothing. */
static enum verdict count_in(struct ways *w, const struct question *q)
{
	const size_t asked = carrier_length(q->carrier, q->pid, q->call, true);
	const struct holdings h = holdings_look(q->pid, q->fd, q->call);
	struct lane *lane;

	if (!h.some)
		return h.blocking && carrier_waits(q->carrier, q->call) ? LATER : EMPTY;
	lane = lane_used(w, q);
	if (lane && q->pid != w->sender)
		atomic_fetch_add(&lane->received, asked < h.bytes ? asked : h.bytes);
	return PASS;
}

size_t ways_carried(const struct ways *w)
{
	size_t sum = 0;

	for (unsigned i = 0; i < atomic_load(&w->nlanes); i++) {
		size_t sent = atomic_load(&w->lanes[i].sent), received = atomic_load(&w->lanes[i].received);
		size_t returned = atomic_load(&w->lanes[i].returned);
		received -= returned < received ? returned : received;
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
	if (args[2] > sizeof word->bytes || w->forks > 1 || q->call->nr == SCMP_SYS(pwrite64) ||
	    (q->call->nr == SCMP_SYS(sendto) && args[4]))
		return false;
	if (queued && !read_memory(q->pid, args[1], &kind, sizeof(long)))
		return false;
	word->more ^= kind;
	return read_memory(q->pid, args[1] + (queued ? sizeof(long) : 0), &word->bytes, (size_t)args[2]);
}

static size_t bits_of_choice(unsigned n)
{
	size_t bits = 1;

	while (n > 1U << bits)
		bits++;
	return bits;
}

static bool is_known(struct ways *w, const struct word *word)
{
	for (unsigned i = 0; i < w->nwords; i++)
		if (memcmp(&w->words[i], word, sizeof *word) == 0)
			return true;
	if (w->nwords < MOST_WORDS)
		w->words[w->nwords++] = *word;
	return false;
}

/* Whether another process still lives is read there; of what the file says a process chooses little. */
static bool is_state(const struct question *q)
{
	char target[64], name[16];

	read_target(q, target);
	return !q->out && sscanf(target, "/proc/%*d/%15s", name) == 1 &&
	       (strcmp(name, "stat") == 0 || strcmp(name, "status") == 0);
}

/* A word that was said before can be told by its number; a new one by all of its bits, as what is taken. */
static size_t bits_told(struct ways *w, const struct question *q)
{
	size_t length = carrier_asked(q->carrier, q->pid, q->call);
	size_t whole = 8 * (length + (q->carrier->shape == QUEUED ? sizeof(long) : 1));
	struct word word;

	if (is_state(q))
		return STATE_BITS;
	if (!q->out || q->carrier->shape == VECTOR || !read_word(w, q, &word))
		return whole;
	return is_known(w, &word) ? bits_of_choice(w->nwords) : whole;
}

/* All calls together must not tell half of what the messages are. One that does not pass has told nothing. */
static bool may_tell(struct ways *w, size_t bits)
{
	if (w->told + bits > w->bytes * 8 / 2)
		return false;
	w->told += bits;
	return true;
}

/* By their names, which are files: an error tells whether there is one. */
static bool finds_sockets(const struct question *q)
{
	return S_ISSOCK(q->object.st_mode);
}

static bool may_wake(struct ways *w, const struct question *q)
{
	if (q->out && q->pid == w->receiver)
		return !finds_sockets(q) || may_tell(w, LOOK_BITS);
	if (q->carrier->shape != PLAIN && q->carrier->shape != QUEUED &&
	    !(q->carrier->shape == VECTOR && q->carrier->way == OUT))
		return false;
	return may_tell(w, bits_told(w, q));
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* That of the warden, which an ordinary user could open to read from it what was printed. */
static bool is_output(const struct question *q)
{
	struct stat out, err;

	return (fstat(STDOUT_FILENO, &out) == 0 && is_same(&out, &q->object)) ||
	       (fstat(STDERR_FILENO, &err) == 0 && is_same(&err, &q->object));
}

/* What comes out of them has been let in by us, or is as old as the ends: unless it was only lent. */
static bool holds_only_what_passed(const struct ways *w, const struct question *q)
{
	if (S_ISFIFO(q->object.st_mode))
		return !w->lent && !is_output(q);
	return is_queue(q) || (S_ISSOCK(q->object.st_mode) && !w->lent) || is_anonymous(q);
}

/* The runner's line, and the output that the warden has given it: not what an answer has put in their places. */
static bool is_runners(const struct ways *w, const struct question *q)
{
	if (q->fd == CONNECTION)
		return S_ISSOCK(q->object.st_mode) &&
		       (q->object.st_ino == w->lines[0] || q->object.st_ino == w->lines[1]) &&
		       (q->call->nr == SCMP_SYS(sendto) || q->call->nr == SCMP_SYS(recvfrom));
	return q->call->nr == SCMP_SYS(write) && (q->fd == STDOUT_FILENO || q->fd == STDERR_FILENO) && is_output(q);
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

/* What another process has open or mapped is in the folders of /proc, entry by entry; those above them are refused with them. */
static bool lists_another(const struct question *q)
{
	char path[48], own[32], target[64];
	struct statfs fs;

	if (q->call->nr != SCMP_SYS(getdents64))
		return false;
	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)q->pid, q->fd);
	if (statfs(path, &fs) == -1)
		return true;
	snprintf(own, sizeof own, "/proc/%d/", (int)q->pid);
	read_target(q, target);
	return fs.f_type == PROC_SUPER_MAGIC && strncmp(target, own, strlen(own)) != 0;
}

/*
 * What another process could learn from it, a name, a size, a lock, unless it is the receiver's; and what whoever looks, the
 * receiver, too, learns of another process.
 */
static bool tells_little(struct ways *w, const struct question *q)
{
	long said = telling_bits(q->pid, q->call);
	size_t bits = q->pid == w->receiver ? 0 : (size_t)said;

	if (said < 0)
		return false;
	if (telling_looks(q->call->nr)) {
		if (lists_another(q))
			return false;
		bits += LOOK_BITS;
	}
	return may_tell(w, bits);
}

/* A socket's number must stay that of the runner's line. */
static bool replaces_line(const struct seccomp_data *call)
{
	if (call->nr == SCMP_SYS(close))
		return (int)call->args[0] == CONNECTION;
	return (call->nr == SCMP_SYS(dup2) || call->nr == SCMP_SYS(dup3)) && (int)call->args[1] == CONNECTION;
}

/* A thread may wait until there is room, and gives what is in its memory by then. */
static bool lends(const struct ways *w, const struct carrier *c, const struct seccomp_data *call)
{
	return carrier_lends(c, call) || (c->way == OUT && w->forks > 1);
}

enum verdict ways_judge_fork(struct ways *w, pid_t asking)
{
	w->forks++;
	return w->bytes == 0 || process_of(w, asking) == w->receiver || may_tell(w, LOOK_BITS) ? PASS : REFUSE;
}

enum verdict ways_judge_open(struct ways *w, pid_t asking, const struct seccomp_data *call)
{
	const struct carrier *c = carrier_of(call->nr);
	int fd = c ? carrier_descriptor(c, call, false) : -1;
	struct holdings h;

	w->lent |= c && lends(w, c, call);
	if (!c || c->way != IN || fd == CONNECTION || !carrier_waits(c, call))
		return PASS;
	h = holdings_look(process_of(w, asking), fd, call);
	return h.some || !h.blocking ? PASS : LATER;
}

enum verdict ways_judge(struct ways *w, pid_t asking, const struct seccomp_data *call)
{
	struct question q = {carrier_of(call->nr), call, process_of(w, asking), false, -1, {0}};

	if (!q.carrier) {
		q.fd = (int)call->args[0];
		return !replaces_line(call) && tells_little(w, &q) ? PASS : REFUSE;
	}
	q.out = q.carrier->way == OUT || (q.carrier->way == BY_PID && q.pid != w->receiver);
	q.fd = carrier_descriptor(q.carrier, call, q.out);
	if (q.carrier->shape != QUEUED)
		look_at_object(w, &q);
	if (is_runners(w, &q))
		return PASS;
	if (is_asked(w, &q) && q.out) {
		count_out(w, &q);
		return PASS;
	}
	if (is_asked(w, &q))
		return count_in(w, &q);
	return (!q.out && holds_only_what_passed(w, &q)) || may_wake(w, &q) ? PASS : REFUSE;
}

#include "evidence.h"

#include "clock.h"
#include "family.h"
#include "grade/queues.h"
#include "holdings.h"
#include "maps.h"
#include "sockets.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MIB = 1024 * 1024, WINDOW = MIB, LONGEST_LOOK = 128 * MIB, LOOK_S = 1 };

enum { PIECE = 8, MOST_PIECES = 64, LARGEST_CELL = 64 };

/* An answer could make more than anybody can look through, and leave it to others: then of each kind only a part is seen. */
static long long look_until;
static bool cut_short;

static void begin_look(void)
{
	look_until = clock_now() + (long long)LOOK_S * NS_PER_S;
}

static bool in_time(void)
{
	bool in = clock_now() < look_until;

	cut_short |= !in;
	return in;
}

static void __attribute__((format(printf, 2, 3))) saw(struct sighting *s, const char *format, ...)
{
	va_list args;

	if (s->text[0])
		return;
	va_start(args, format);
	vsnprintf(s->text, sizeof s->text, format, args);
	va_end(args);
}

static bool next_shared(FILE *maps, struct mapping *m)
{
	while (maps_next(maps, m))
		if (m->perms[3] == 's')
			return true;
	return false;
}

static bool also_maps(pid_t pid, const struct mapping *wanted)
{
	FILE *maps = maps_open(pid);
	struct mapping m;
	bool found = false;

	while (maps && !found && in_time() && next_shared(maps, &m))
		found = m.inode == wanted->inode && strcmp(m.device, wanted->device) == 0;
	if (maps)
		fclose(maps);
	return found;
}

/* A message that is looked for, and which pieces of it were seen so far. */
struct search {
	const char *message;
	size_t len;
	bool seen[MOST_PIECES];
};

/*
 * In one piece, or cut by an answer into cells, at the borders of which a piece may be torn: half of them are there. They
 * are random, so none is found by chance.
 */
static bool holds(struct search *w, const char *bytes, size_t n)
{
	const size_t pieces = w->len / PIECE < MOST_PIECES ? w->len / PIECE : MOST_PIECES;
	size_t found = 0;

	if (memmem(bytes, n, w->message, w->len))
		return true;
	for (size_t i = 0; i < pieces; i++) {
		w->seen[i] = w->seen[i] || memmem(bytes, n, w->message + i * PIECE, PIECE);
		found += w->seen[i];
	}
	return pieces > 0 && 2 * found >= pieces;
}

/* `n` of its bytes in each cell, so many cells as it takes. */
static bool begins_cells(const char *bytes, size_t room, const struct search *w, size_t n, size_t distance)
{
	for (size_t i = 0; i < w->len; i++) {
		size_t at = i / n * distance + i % n;
		if (at >= room || bytes[at] != w->message[i])
			return false;
	}
	return true;
}

/* Cells too small for a piece: a byte and a flag, or a word with a number in it. */
static bool holds_cells(const struct search *w, const char *bytes, size_t room)
{
	const char *end = bytes + room;

	for (; in_time() && (bytes = memchr(bytes, w->message[0], (size_t)(end - bytes))); bytes++)
		for (size_t n = 1; n < PIECE; n++)
			for (size_t distance = n + 1; distance <= LARGEST_CELL; distance++)
				if (begins_cells(bytes, (size_t)(end - bytes), w, n, distance))
					return true;
	return false;
}

/* A message has no zeros: most of a large mapping is never touched. */
static bool only_zeros(const char *bytes, size_t n)
{
	return bytes[0] == 0 && memcmp(bytes, bytes + 1, n - 1) == 0;
}

/* In windows that overlap, or a message on the border of two would be in none. */
static bool contains(int fd, off_t at, size_t size, const void *message, size_t len)
{
	struct search w = {.message = message, .len = len};
	off_t end = at + (off_t)(size < LONGEST_LOOK ? size : LONGEST_LOOK);
	char *bytes = malloc(WINDOW);
	ssize_t n = WINDOW;
	bool found = false;

	while (bytes && n == WINDOW && !found && in_time()) {
		n = pread(fd, bytes, end - at < WINDOW ? (size_t)(end - at) : WINDOW, at);
		found = n > 0 && !only_zeros(bytes, (size_t)n) &&
			(holds(&w, bytes, (size_t)n) || holds_cells(&w, bytes, (size_t)n));
		at += WINDOW - (off_t)len * LARGEST_CELL;
	}
	free(bytes);
	return found;
}

static void look_at_mappings(struct sighting *s, const struct ends *e, const void *message, size_t len)
{
	FILE *maps = maps_open(e->receiver);
	struct mapping m;
	char path[32];
	int mem;

	begin_look();
	snprintf(path, sizeof path, "/proc/%d/mem", (int)e->receiver);
	mem = open(path, O_RDONLY | O_CLOEXEC);
	while (maps && mem != -1 && in_time() && next_shared(maps, &m)) {
		if (!also_maps(e->sender, &m) || !contains(mem, (off_t)m.start, m.end - m.start, message, len))
			continue;
		s->shared = true;
		s->posix |= strncmp(m.path, "/dev/shm/", 9) == 0;
		saw(s, "it lay in shared memory that both have mapped (%.100s)", m.path);
	}
	if (maps)
		fclose(maps);
	if (mem != -1)
		close(mem);
}

/* Who maps only for the moment of a transfer is found by the object. */
static void look_at_objects(struct sighting *s, const void *message, size_t len)
{
	DIR *dir = s->posix ? NULL : opendir("/dev/shm");

	begin_look();
	for (struct dirent *d; dir && in_time() && (d = readdir(dir));) {
		int fd = openat(dirfd(dir), d->d_name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
		struct stat st;
		if (fd != -1 && fstat(fd, &st) == 0 && st.st_blocks > 0 &&
		    contains(fd, 0, (size_t)st.st_size, message, len)) {
			s->shared = s->posix = true;
			saw(s, "it lay in the shared memory object /dev/shm/%.100s", d->d_name);
		}
		if (fd != -1)
			close(fd);
	}
	if (dir)
		closedir(dir);
}

/* tee(2) copies what is in a pipe and takes nothing out. */
static bool pipe_contains(int fd, const void *message, size_t len)
{
	char bytes[65536];
	ssize_t n = -1;
	int own[2];

	if (pipe2(own, O_CLOEXEC | O_NONBLOCK) == -1)
		return false;
	if (tee(fd, own[1], sizeof bytes, SPLICE_F_NONBLOCK) > 0)
		n = read(own[0], bytes, sizeof bytes);
	close(own[0]);
	close(own[1]);
	return n > 0 && memmem(bytes, (size_t)n, message, len);
}

int descriptor_flags(pid_t pid, int fd)
{
	char path[48], line[128];
	unsigned flags = 0;
	bool found = false;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", (int)pid, fd);
	f = fopen(path, "re");
	while (f && !found && fgets(line, sizeof line, f))
		found = sscanf(line, "flags: %o", &flags) == 1;
	if (f)
		fclose(f);
	return found ? (int)flags : -1;
}

bool writes_packets(pid_t pid, int fd)
{
	int flags = descriptor_flags(pid, fd);

	return flags != -1 && flags & O_DIRECT && (flags & O_ACCMODE) != O_RDONLY;
}

/* It has a descriptor of that object, and where a condition is given, one that meets it. */
static bool has_open(pid_t pid, const struct stat *wanted, bool (*meets)(pid_t pid, int fd))
{
	char path[32];
	struct stat st;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	for (struct dirent *d; dir && !found && (d = readdir(dir));)
		found = d->d_name[0] != '.' && fstatat(dirfd(dir), d->d_name, &st, 0) == 0 &&
			st.st_ino == wanted->st_ino && st.st_dev == wanted->st_dev &&
			(!meets || meets(pid, atoi(d->d_name)));
	if (dir)
		closedir(dir);
	return found;
}

/* The end that is written to says so, whoever has it. */
static bool pipe_of_packets(const struct stat *pipe)
{
	pid_t pids[FAMILY_MOST];
	bool found = false;

	for (size_t n = family_list(pids); n > 0 && !found; n--)
		found = has_open(pids[n - 1], pipe, writes_packets);
	return found;
}

static void look_at_sockets(struct sighting *s, const struct ends *e)
{
	unsigned both = sockets_of(e->sender, e->lines) & sockets_of(e->receiver, e->lines);

	if (both & SOCKETS_OF_MESSAGES) {
		s->message = true;
		saw(s, "both hold %s", "sockets that keep boundaries");
	}
	if (both & SOCKETS_OTHER) {
		s->other = true;
		saw(s, "both hold %s", "stream sockets");
	}
}

static void look_at_descriptor(struct sighting *s, pid_t sender, int fd, const void *message, size_t len)
{
	struct stat st = {0};

	if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode) && pipe_contains(fd, message, len)) {
		bool packets = pipe_of_packets(&st);
		s->pipe = true;
		s->message |= packets;
		saw(s, "it lay in %s", packets ? "a pipe in packet mode" : "a pipe");
	} else if (queues_hold(fd) && holdings_of_queue(fd) > 0) {
		s->message = true;
		saw(s, "it lay in %s", "a message queue");
	} else if (S_ISREG(st.st_mode) && has_open(sender, &st, NULL) &&
		   contains(fd, 0, (size_t)st.st_size, message, len)) {
		s->other = true;
		saw(s, "it lay in a %s", "file that both have open");
	}
}

static void look_at_descriptors(struct sighting *s, const struct ends *e, const void *message, size_t len)
{
	char path[64];
	DIR *dir;

	begin_look();
	snprintf(path, sizeof path, "/proc/%d/fd", (int)e->receiver);
	dir = opendir(path);
	for (struct dirent *d; dir && in_time() && (d = readdir(dir));) {
		struct stat st;
		int fd;
		if (d->d_name[0] == '.' || atoi(d->d_name) <= STDERR_FILENO ||
		    fstatat(dirfd(dir), d->d_name, &st, 0) == -1 || !(S_ISFIFO(st.st_mode) || S_ISREG(st.st_mode)))
			continue; /* to open anything else might have an effect */
		fd = openat(dirfd(dir), d->d_name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		if (fd == -1)
			continue;
		look_at_descriptor(s, e->sender, fd, message, len);
		close(fd);
	}
	if (dir)
		closedir(dir);
}

static void look_at_sysv_queues(struct sighting *s)
{
	FILE *f = fopen("/proc/sysvipc/msg", "re");
	unsigned long messages;
	char line[512];

	while (f && fgets(line, sizeof line, f)) {
		if (sscanf(line, "%*d %*d %*o %*u %lu", &messages) == 1 && messages > 0) {
			s->message = true;
			saw(s, "it lay in a %s", "System V message queue");
		}
	}
	if (f)
		fclose(f);
}

void evidence_look(struct sighting *s, const struct ends *e, const void *message, size_t len)
{
	cut_short = false;
	look_at_mappings(s, e, message, len);
	look_at_objects(s, message, len);
	look_at_descriptors(s, e, message, len);
	look_at_sysv_queues(s);
	look_at_sockets(s, e);
	if (cut_short)
		saw(s, "there is more than can be looked through in %d s", LOOK_S);
}

bool evidence_meets(const struct sighting *s, enum mechanism asked)
{
	switch (asked) {
	case ANY_SHARED_MEMORY:
	case WAKING_SHARED_MEMORY:
		return s->shared;
	case POSIX_SHARED_MEMORY:
		return s->posix;
	case ANY_PIPE:
		return s->pipe;
	case ANY_MESSAGES:
		return s->message;
	default:
		return s->shared || s->pipe || s->message || s->other;
	}
}

#include "bench/cow.h"

#include "bench/control.h"
#include "bench/lane.h"
#include "bench/memory.h"
#include "bench/stats.h"
#include "cell.h"
#include "clock.h"
#include "complain.h"
#include "evidence.h"
#include "failure.h"
#include "futex.h"
#include "journal.h"
#include "process.h"
#include "supervisor.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

enum { USUAL_HUGE_PAGE = 2 << 20, MEMORY_SHARE = 4, PATIENCE_S = 120, TICK_MS = 50 };

/* What happens, in this order; each step is reached by one process and awaited by the others. */
enum step {
	BEGUN,
	FILLED,      /* the memory is there; its frames can be read */
	SEEN_BEFORE, /* the bench has read them */
	CHILD_WROTE,
	PARENT_WROTE,
	SEEN_AFTER,
	FINISHED,
};

/* Shared by the bench, the parent and its child. */
struct stage {
	_Atomic uint32_t step;
	_Atomic pid_t child;
	char *memory;
	struct cow_case result;
};

const char *heap_name(enum heap heap)
{
	static const char *const names[HEAPS] = {"private", "huge", "shared"};

	return names[heap];
}

size_t cow_largest(void)
{
	return memory_available() / MEMORY_SHARE;
}

bool cow_copied(const struct page *before, const struct page *after)
{
	if (before->frame && after->frame)
		return before->frame != after->frame;
	return after->exclusive && !after->file_shared;
}

struct cow_case *cow_cases(size_t n)
{
	return shared_memory(n * sizeof(struct cow_case));
}

static void reach(struct stage *s, enum step step)
{
	atomic_store(&s->step, step);
	futex_wake_all(&s->step);
}

static void await(struct stage *s, enum step step)
{
	uint32_t now;

	while ((now = atomic_load(&s->step)) < step)
		futex_wait(&s->step, now);
}

/* It has ended, and is still to be reaped; or who knows. */
static bool has_ended(pid_t pid, siginfo_t *ended)
{
	int result;

	ended->si_pid = 0;
	do
		result = waitid(P_PID, (id_t)pid, ended, WEXITED | WNOHANG | WNOWAIT);
	while (result == -1 && errno == EINTR);
	return result == -1 || ended->si_pid == pid;
}

/* Waits for a step; false: the process has ended, it takes too long, or a signal came. */
static bool follow(struct stage *s, pid_t pid, enum step step, long long deadline)
{
	uint32_t now;

	while ((now = atomic_load(&s->step)) < step) {
		siginfo_t ended = {0};
		control_wait(&s->step, now, TICK_MS);
		if (lane_stop_signal() || clock_now() > deadline)
			return false;
		if (has_ended(pid, &ended))
			return atomic_load(&s->step) >= step;
	}
	return true;
}

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* The pages that are written to, spread over all of the memory: even ones by the child, odd ones by the parent. */
static char *sample(const struct stage *s, size_t i, enum end who)
{
	size_t page = page_size(), pages = s->result.size / page;
	size_t stride = pages / (2 * s->result.pages);

	return s->memory + (2 * i + (who == RECEIVER ? 0 : 1)) * stride * page;
}

static double write_sample(struct stage *s, enum end who)
{
	long long began = clock_now();

	for (size_t i = 0; i < s->result.pages; i++)
		*(volatile char *)sample(s, i, who) = 2;
	return (double)(clock_now() - began) / (double)s->result.pages;
}

static void touch(struct stage *s, size_t from, size_t to)
{
	size_t page = page_size();

	for (size_t at = from; at < to; at += page)
		*(volatile char *)(s->memory + at) = 1;
}

/*
 * The first pages one by one, which is timed; the rest at once, where the kernel can do that. What is written to after
 * the fork is written to before it as well: the first access to a page that is merely there can be slow by itself.
 */
static void fill(struct stage *s)
{
	size_t size = s->result.size, pages = size / page_size() < COW_SAMPLE ? size / page_size() : COW_SAMPLE;
	size_t timed = pages * page_size();
	long long began = clock_now();

	touch(s, 0, timed);
	s->result.fill_ns = (double)(clock_now() - began) / (double)pages;
	if (timed < size && madvise(s->memory + timed, size - timed, MADV_POPULATE_WRITE) == -1)
		touch(s, timed, size);
	write_sample(s, RECEIVER);
	write_sample(s, SENDER);
}

static size_t huge_page_size(void)
{
	FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", "re");
	size_t size = 0;

	if (file && fscanf(file, "%zu", &size) != 1)
		size = 0;
	if (file)
		fclose(file);
	return size ? size : USUAL_HUGE_PAGE;
}

/* Aligned for huge pages, which the other kinds must not get by chance. */
static int get_memory(struct stage *s)
{
	int kind = s->result.heap == HEAP_SHARED ? MAP_SHARED : MAP_PRIVATE;
	size_t huge = huge_page_size();
	char *memory = mmap(NULL, s->result.size + huge, PROT_READ | PROT_WRITE, kind | MAP_ANONYMOUS | MAP_NORESERVE,
			    -1, 0);

	if (memory == MAP_FAILED)
		return call_failed("mmap");
	s->memory = memory + (huge - (uintptr_t)memory % huge) % huge;
	/* Fails where this kernel has none: then there are ordinary pages, and the table shows that. */
	madvise(s->memory, s->result.size, s->result.heap == HEAP_HUGE ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	fill(s);
	return 0;
}

static size_t huge_bytes(void)
{
	FILE *file = fopen("/proc/self/smaps_rollup", "re");
	char line[128];
	unsigned long kib = 0;

	while (file && fgets(line, sizeof line, file))
		if (sscanf(line, "AnonHugePages: %lu kB", &kib) == 1)
			break;
	if (file)
		fclose(file);
	return (size_t)kib * 1024;
}

static void __attribute__((noreturn)) child(struct stage *s, pid_t parent)
{
	if (process_die_with(parent) != 0)
		_exit(EXIT_FAILURE);
	s->result.child_ns = write_sample(s, RECEIVER);
	reach(s, CHILD_WROTE);
	await(s, SEEN_AFTER);
	_exit(EXIT_SUCCESS);
}

/* The child has ended too early: -errno, and the signal that it died of. */
static int child_lost(struct stage *s, pid_t pid)
{
	int status = 0;

	if (process_wait(pid, &status, WNOHANG) == pid && WIFSIGNALED(status))
		s->result.signal = WTERMSIG(status);
	errno = ECHILD;
	return call_failed("waitpid");
}

/* The fork after which both write, each to pages of its own, and are looked at. */
static int fork_and_write(struct stage *s)
{
	pid_t self = getpid();
	long long began = clock_now();
	pid_t pid = fork();

	if (pid == -1)
		return call_failed("fork");
	if (pid == 0)
		child(s, self);
	s->result.fork_ns[0] = (double)(clock_now() - began);
	atomic_store(&s->child, pid);
	if (!follow(s, pid, CHILD_WROTE, LLONG_MAX))
		return child_lost(s, pid);
	s->result.parent_ns = write_sample(s, SENDER);
	reach(s, PARENT_WROTE);
	await(s, SEEN_AFTER);
	process_wait(pid, NULL, 0);
	return 0;
}

/* Each of these: ns, or -errno. */
static double time_fork(void)
{
	long long began = clock_now(), ended;
	pid_t pid = fork();

	if (pid == -1)
		return call_failed("fork");
	if (pid == 0)
		_exit(EXIT_SUCCESS);
	ended = clock_now();
	process_wait(pid, NULL, 0);
	return (double)(ended - began);
}

/* The parent is stopped until the child has ended, and the child runs in the parent's memory: nothing is copied. */
static double time_vfork(void)
{
	long long began = clock_now(), ended;
	pid_t pid = vfork(); /* NOLINT(clang-analyzer-security.insecureAPI.vfork): it is what is measured */

	if (pid == -1)
		return call_failed("vfork");
	if (pid == 0)
		_exit(EXIT_SUCCESS);
	ended = clock_now();
	process_wait(pid, NULL, 0);
	return (double)(ended - began);
}

static double time_spawn(void)
{
	char *arguments[] = {"true", NULL};
	long long began = clock_now(), ended;
	pid_t pid;

	errno = posix_spawnp(&pid, "true", NULL, NULL, arguments, environ);
	if (errno != 0)
		return call_failed("posix_spawn");
	ended = clock_now();
	process_wait(pid, NULL, 0);
	return (double)(ended - began);
}

/* 0 or -errno. */
static int take_times(double (*time)(void), double *ns, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double took = time();
		if (took < 0)
			return (int)took;
		ns[i] = took;
	}
	return 0;
}

static int take_median(double (*time)(void), double *median)
{
	double ns[COW_FORKS];
	int error = take_times(time, ns, COW_FORKS);

	*median = error ? 0 : stats_of(ns, COW_FORKS).median;
	return error;
}

static void __attribute__((noreturn)) finish(struct stage *s, int error)
{
	s->result.error = -error;
	if (error)
		snprintf(s->result.call, sizeof s->result.call, "%s", call_that_failed(-error, "start"));
	s->result.measured = error == 0;
	reach(s, FINISHED);
	_exit(EXIT_SUCCESS);
}

static void __attribute__((noreturn)) parent(struct stage *s, int error)
{
	if (!error)
		error = get_memory(s);
	if (error)
		finish(s, error);
	s->result.huge = huge_bytes();
	reach(s, FILLED);
	await(s, SEEN_BEFORE);
	error = take_times(time_fork, s->result.fork_ns + 1, COW_FORKS - 1);
	if (!error)
		error = fork_and_write(s); /* last: it leaves huge pages in pieces */
	if (!error)
		error = take_median(time_vfork, &s->result.vfork_ns);
	if (!error)
		error = take_median(time_spawn, &s->result.spawn_ns);
	finish(s, error);
}

/* A process's sample, where all of it is in memory and may be looked at. */
static bool read_pages(const struct stage *s, pid_t pid, enum end who, struct page *pages)
{
	for (size_t i = 0; i < s->result.pages; i++) {
		int error = evidence_page(pid, sample(s, i, who), &pages[i]);
		if (error == -EIO || (error && cell_is_shortage(-error))) /* otherwise it is not to be had here */
			complain("cow: %s: %s", call_that_failed(-error, "pagemap"), strerror(-error));
		if (error || !pages[i].present)
			return false;
	}
	return true;
}

/* What the bench sees of both samples, before and after the writes. */
struct sight {
	struct page before[2][COW_SAMPLE], after[2][COW_SAMPLE];
	bool known;
};

static size_t count_copied(const struct stage *s, const struct sight *sight, enum end who)
{
	size_t n = 0;

	for (size_t i = 0; i < s->result.pages; i++)
		n += cow_copied(&sight->before[who][i], &sight->after[who][i]);
	return n;
}

static void look_after(struct stage *s, pid_t pid, struct sight *sight)
{
	sight->known = sight->known && read_pages(s, atomic_load(&s->child), RECEIVER, sight->after[RECEIVER]) &&
		       read_pages(s, pid, SENDER, sight->after[SENDER]);
	if (!sight->known)
		return;
	s->result.source = evidence_source(&sight->before[SENDER][0], &sight->after[SENDER][0]);
	s->result.child_copied = count_copied(s, sight, RECEIVER);
	s->result.parent_copied = count_copied(s, sight, SENDER);
}

static void witness(struct stage *s, pid_t pid)
{
	static struct sight sight;
	long long deadline = clock_now() + (long long)PATIENCE_S * NS_PER_S;

	if (!follow(s, pid, FILLED, deadline))
		return;
	sight.known = read_pages(s, pid, RECEIVER, sight.before[RECEIVER]) &&
		      read_pages(s, pid, SENDER, sight.before[SENDER]);
	reach(s, SEEN_BEFORE);
	if (!follow(s, pid, PARENT_WROTE, deadline))
		return;
	look_after(s, pid, &sight);
	reach(s, SEEN_AFTER);
	follow(s, pid, FINISHED, deadline);
}

/* So many that each process has as many as the other, with none left out. */
static size_t pages_of(size_t size)
{
	size_t half = size / page_size() / 2;

	return half < COW_SAMPLE ? half : COW_SAMPLE;
}

/* Why it came to nothing, where the process itself could not say so. */
static void explain_end(struct cow_case *c, pid_t pid)
{
	siginfo_t ended = {0};

	if (c->measured || c->error || lane_stop_signal())
		return;
	if (!has_ended(pid, &ended) || ended.si_pid != pid)
		c->error = ETIME;
	else if (ended.si_code != CLD_EXITED)
		c->signal = ended.si_status;
}

bool cow_run(struct cow_case *c)
{
	struct stage *s = shared_memory(sizeof *s);
	pid_t self = getpid();
	pid_t pid = -1;

	if (s) {
		s->result = *c;
		s->result.pages = pages_of(c->size);
		pid = fork();
	}
	if (pid == 0) {
		int error = process_confine(self, 0);
		journal_leave();
		parent(s, error);
	}
	if (pid > 0) {
		setpgid(pid, pid);
		witness(s, pid);
		explain_end(&s->result, pid);
		process_kill(-pid, SIGKILL);
		process_kill(pid, SIGKILL);
		process_wait(pid, NULL, 0);
		*c = s->result;
	} else {
		c->error = errno;
		snprintf(c->call, sizeof c->call, "%s", s ? "fork" : "mmap");
	}
	if (s)
		munmap(s, sizeof *s);
	process_reap_all();
	return lane_stop_signal() == 0;
}

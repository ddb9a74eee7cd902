/*
 * test_harness.c - the machinery of a trial: steps, sizes, the last resort, and what a witness sees
 *
 * Broken rows are in tests/fixtures; here are the things that no row can show.
 */
#include "harness.h"

#include "clock.h"
#include "probe.h"
#include "process.h"
#include "supervisor.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { FIRST = 1, SECOND, CELLS = 1 };

static struct cell *cell;

/* --- a row that works --- */

static int good_setup(struct link *l, size_t size)
{
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED)
		return call_failed("mmap");
	l->mem = mem;
	l->size = size;
	return 0;
}

static const struct variant good = {
	.name = "good",
	.group = SHARED_MEMORY,
	.expect = GETS_MESSAGE,
	.max_message = 100,
	.setup = good_setup,
};

/* Asks one question in a case process. The answer is in the cell. */
static void ask(void (*question)(const struct variant *v, struct cell *c))
{
	const struct probe probe = {.name = "question", .ask = question};
	const struct job job = {&good, &probe, cell};

	memset(cell, 0, sizeof *cell);
	process_default_signals(); /* cmocka handles SIGSEGV and its like, and rows would inherit that */
	supervisor_run(&job, 1, 1);
}

static void assert_true_cell(void)
{
	if (cell->status != MEASURED)
		print_error("%s: %s\n", status_name(cell->status), cell->detail);
	assert_int_equal(cell->status, MEASURED);
	assert_int_equal(cell->kind, TRUTH);
	assert_true(cell->truth);
	assert_string_equal(cell->leak, "");
}

static void ask_script(const struct script *script, size_t size, struct cell *c)
{
	struct trial t;

	if (harness_run(&t, &good, script, size, c))
		cell_truth(c, true);
	harness_close(&t);
}

/* --- steps only rise, whoever comes late --- */

static void act_out_of_order(struct trial *t, enum end end)
{
	if (end == RECEIVER) {
		trial_reach(t, SECOND);
	} else {
		trial_await(t, SECOND);
		trial_reach(t, FIRST);
	}
	trial_await(t, SECOND);
}

static void ask_steps(const struct variant *v, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .act = act_out_of_order};

	(void)v;
	ask_script(&script, 1, c);
}

static void test_steps_only_rise(void **state)
{
	(void)state;
	ask(ask_steps);
	assert_true_cell();
}

/* --- sizes are clipped to what the row can carry --- */

static void act_with_size(struct trial *t, enum end end)
{
	if (t->size != good.max_message || t->link.size != good.max_message)
		_exit(1);
	if (end == SENDER)
		trial_make_message(t);
}

static void ask_size(const struct variant *v, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .act = act_with_size};

	(void)v;
	ask_script(&script, 1 << 20, c);
}

static void test_size_is_clipped(void **state)
{
	(void)state;
	assert_int_equal(variant_clip(&good, 99), 99);
	assert_int_equal(variant_clip(&good, 101), 100);
	ask(ask_size);
	assert_true_cell();
}

/* --- pids and addresses are there when a step is reached --- */

static void act_as_witnessed(struct trial *t, enum end end)
{
	if (end == SENDER)
		trial_reach(t, FIRST);
	trial_await(t, SECOND);
}

static void ask_witness(const struct variant *v, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .act = act_as_witnessed};
	struct trial t;
	bool known = false;

	harness_start(&t, v, &script, 1, c);
	if (harness_until(&t, FIRST)) {
		const struct report *sender = &t.board->report[SENDER], *receiver = &t.board->report[RECEIVER];
		known = sender->pid > 0 && receiver->pid > 0 && sender->pid != receiver->pid && sender->mem &&
			sender->mem == t.board->link.mem;
		trial_reach(&t, SECOND);
	}
	if (harness_finish(&t))
		cell_truth(c, known);
	harness_close(&t);
}

static void test_witness(void **state)
{
	(void)state;
	ask(ask_witness);
	assert_true_cell();
}

/* A step that nobody reaches is no wait without end: the trial ends before, and that is said. */
static void ask_until_too_far(const struct variant *v, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .act = act_with_size};
	struct trial t;
	bool reached;

	harness_start(&t, v, &script, 1 << 20, c);
	reached = harness_until(&t, FIRST);
	if (harness_finish(&t))
		cell_truth(c, !reached);
	harness_close(&t);
}

static void test_step_that_is_never_reached(void **state)
{
	(void)state;
	ask(ask_until_too_far);
	assert_true_cell();
}

/* --- a trial that is over leaves nothing in the case process, which makes many of them --- */

static size_t descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

static size_t mappings(void)
{
	FILE *f = fopen("/proc/self/maps", "re");
	size_t n = 0;
	char line[512];

	while (f && fgets(line, sizeof line, f))
		n++;
	if (f)
		fclose(f);
	return n;
}

/* Whether the peer comes to anything does not matter: an exec'd one finds no program here, and a stranger may not join. */
static void have_trial(enum kin peer, struct cell *c)
{
	const struct script script = {.owner = SENDER, .peer = peer, .act = act_with_size};
	struct trial t;

	harness_run(&t, &good, &script, 1 << 20, c);
	harness_close(&t);
}

static void ask_for_leaks(const struct variant *v, struct cell *c)
{
	static const enum kin kins[] = {FORKED, EXECED, STRANGER};
	bool same = true;

	(void)v;
	for (size_t i = 0; i < sizeof kins / sizeof kins[0]; i++) {
		have_trial(kins[i], c); /* what the C library keeps from a first time on */
		const size_t fds = descriptors(), maps = mappings();
		have_trial(kins[i], c);
		same &= descriptors() == fds && mappings() == maps;
	}
	*c = (struct cell){.status = FAILED};
	cell_truth(c, same);
}

static void test_trials_leave_nothing(void **state)
{
	(void)state;
	if (access("/proc/self/fd", R_OK) == -1)
		skip();
	ask(ask_for_leaks);
	assert_true_cell();
}

/* --- the last resort --- */

/* Neither asleep for good nor using the CPU: only the deadline ends that. */
static void act_napping(struct trial *t, enum end end)
{
	const struct timespec nap = {.tv_nsec = 1000000};

	(void)t;
	if (end == RECEIVER)
		return;
	for (;;)
		nanosleep(&nap, NULL);
}

static void ask_napping(const struct variant *v, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .act = act_napping};
	struct trial t;

	harness_start(&t, v, &script, 1, c);
	t.watch.deadline = clock_now() + NS_PER_S;
	harness_finish(&t);
	harness_close(&t);
}

static void test_deadline(void **state)
{
	(void)state;
	if (access("/proc/self/syscall", R_OK) == -1)
		skip();
	ask(ask_napping);
	assert_int_equal(cell->status, HUNG);
	assert_non_null(strstr(cell->detail, ", at the deadline"));
}

/* --- a case process that is told to end --- */

static void ask_interrupted(const struct variant *v, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .act = act_as_witnessed};
	struct trial t;

	harness_start(&t, v, &script, 1, c);
	if (harness_until(&t, FIRST))
		kill(getpid(), SIGTERM);
	harness_finish(&t);
	harness_close(&t);
}

/* The steps went on without anybody who watched: that the last one was reached is no answer. */
static void ask_unwatched(const struct variant *v, struct cell *c)
{
	static const struct script script = {.owner = SENDER, .act = act_as_witnessed};
	struct trial t;

	harness_start(&t, v, &script, 1, c);
	if (harness_until(&t, FIRST)) {
		kill(getpid(), SIGTERM);
		while (!t.watch.over)
			watch_once(&t);
		trial_reach(&t, SECOND);
	}
	if (harness_end(&t, STEPPED))
		cell_truth(c, true);
	harness_close(&t);
}

static void test_interrupted(void **state)
{
	void (*const questions[])(const struct variant *v, struct cell *c) = {ask_interrupted, ask_unwatched};

	(void)state;
	for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
		ask(questions[i]);
		assert_int_equal(cell->status, FAILED);
		assert_string_equal(cell->detail, "interrupted");
	}
}

/* --- a case process that is lost --- */

static void ask_nothing(const struct variant *v, struct cell *c)
{
	(void)v;
	(void)c;
}

static void ask_abort(const struct variant *v, struct cell *c)
{
	(void)v;
	(void)c;
	kill(getpid(), SIGKILL);
}

static void test_lost_case(void **state)
{
	(void)state;
	ask(ask_nothing);
	assert_int_equal(cell->status, FAILED);
	assert_int_equal(cell->kind, UNKNOWN);
	ask(ask_abort);
	assert_int_equal(cell->status, FAILED);
	assert_non_null(strstr(cell->detail, "killed by signal 9"));
}

static void ask_stop(const struct variant *v, struct cell *c)
{
	(void)v;
	(void)c;
	kill(getpid(), SIGSTOP);
}

static void test_stopped_case(void **state)
{
	const long long grace = supervisor_grace;

	(void)state;
	supervisor_grace = NS_PER_S;
	alarm(20); /* or it would wait for ever */
	ask(ask_stop);
	alarm(0);
	supervisor_grace = grace;
	assert_int_equal(cell->status, FAILED);
	assert_non_null(strstr(cell->detail, "no answer within 1 s"));
}

static int begin(void **state)
{
	(void)state;
	cell = supervisor_cells(CELLS);
	supervisor_begin();
	return cell ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	supervisor_end();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps_only_rise), cmocka_unit_test(test_size_is_clipped),
		cmocka_unit_test(test_witness),         cmocka_unit_test(test_step_that_is_never_reached),
		cmocka_unit_test(test_deadline),        cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_lost_case),       cmocka_unit_test(test_trials_leave_nothing),
		cmocka_unit_test(test_stopped_case),
	};

	return cmocka_run_group_tests(tests, begin, end);
}

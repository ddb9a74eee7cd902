/*
 * test_bench.c - what the bench's figures rest on: patterns that show every mistake, medians, ratios, hand-overs
 */
#include "bench/compare.h"
#include "bench/cowview.h"
#include "bench/handover.h"
#include "bench/limits.h"
#include "bench/memory.h"
#include "bench/pattern.h"
#include "bench/plan.h"
#include "bench/record.h"
#include "bench/ring.h"
#include "bench/settings.h"
#include "bench/stats.h"
#include "bench/yardstick.h"
#include "bytes.h"
#include "report/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { SIZE_OF_A_COPY = 64 };
enum { BLOCK = 4096, LARGE = 3 * BLOCK + 5, KEY = 3, EPOCH = 7, INDEX = 41 };

static unsigned char *message(size_t size, uint64_t key, uint64_t number)
{
	unsigned char *m = malloc(size);

	assert_non_null(m);
	pattern_make(m, size, key);
	pattern_stamp(m, size, number);
	return m;
}

static void a_message_is_verified_at_every_size(void **state)
{
	static const size_t sizes[] = {1, 2, 7, 8, 9, 15, 16, 56, 64, 4095, 4096, 4097, 8192, LARGE};
	uint64_t number = pattern_number(EPOCH, INDEX);

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		unsigned char *m = message(sizes[i], KEY, number);
		assert_true(pattern_check(m, sizes[i], KEY, number));
		free(m);
	}
}

static void any_wrong_byte_is_noticed(void **state)
{
	uint64_t number = pattern_number(EPOCH, INDEX);
	unsigned char *m = message(LARGE, KEY, number);

	(void)state;
	for (size_t i = 0; i < LARGE; i++) {
		m[i] ^= 0x10;
		assert_false(pattern_check(m, LARGE, KEY, number));
		m[i] ^= 0x10;
	}
	assert_true(pattern_check(m, LARGE, KEY, number));
	free(m);
}

static void swapped_blocks_are_noticed(void **state)
{
	static const size_t blocks[] = {8, 64, 512, BLOCK};
	uint64_t number = pattern_number(EPOCH, INDEX);

	(void)state;
	for (size_t i = 0; i < COUNT(blocks); i++) {
		unsigned char *m = message(LARGE, KEY, number), kept[BLOCK];
		memcpy(kept, m + BLOCK, blocks[i]);
		memcpy(m + BLOCK, m + BLOCK + blocks[i], blocks[i]);
		memcpy(m + BLOCK + blocks[i], kept, blocks[i]);
		assert_false(pattern_check(m, LARGE, KEY, number));
		free(m);
	}
}

static void a_block_of_another_message_is_noticed(void **state)
{
	uint64_t number = pattern_number(EPOCH, INDEX);
	unsigned char *m = message(LARGE, KEY, number), *other = message(LARGE, KEY + 1, number);

	(void)state;
	memcpy(m + BLOCK, other + BLOCK, 64);
	assert_false(pattern_check(m, LARGE, KEY, number));
	free(m);
	free(other);
}

static void a_wrong_number_is_noticed(void **state)
{
	static const size_t sizes[] = {1, 4, 8, 56};
	uint64_t number = pattern_number(EPOCH, INDEX);

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		unsigned char *m = message(sizes[i], KEY, number);
		assert_false(pattern_check(m, sizes[i], KEY, pattern_number(EPOCH, INDEX + 1)));
		free(m);
	}
}

/* The number that came is the right one, and all that stands after the first block is of the message before. */
static void a_block_of_an_earlier_message_is_noticed(void **state)
{
	uint64_t number = pattern_number(EPOCH, INDEX);
	unsigned char *m = message(LARGE, KEY, pattern_number(EPOCH, INDEX - 1));
	unsigned char *now = message(LARGE, KEY, number);

	(void)state;
	for (size_t block = 0; block + BLOCK <= LARGE; block += BLOCK) {
		assert_false(pattern_check(m, LARGE, KEY, number));
		memcpy(m + block, now + block, BLOCK);
	}
	assert_true(pattern_check(m, LARGE, KEY, number));
	free(m);
	free(now);
}

static void a_short_cut_is_noticed(void **state)
{
	uint64_t number = pattern_number(EPOCH, INDEX);
	unsigned char *m = message(LARGE, KEY, number);

	(void)state;
	memset(m + LARGE - 3, 0, 3);
	assert_false(pattern_check(m, LARGE, KEY, number));
	free(m);
}

static enum arrival read_number(size_t size, uint64_t number, uint64_t expected, uint64_t *index)
{
	unsigned char *m = message(size, KEY, number);
	enum arrival arrival = pattern_read(m, size, EPOCH, expected, index);

	free(m);
	return arrival;
}

static void numbers_tell_loss_end_and_leftovers(void **state)
{
	uint64_t index = 0;

	(void)state;
	assert_int_equal(read_number(56, pattern_number(EPOCH, INDEX), INDEX, &index), ARRIVED);
	assert_int_equal(index, INDEX);
	assert_int_equal(read_number(56, pattern_number(EPOCH, INDEX + 9), INDEX, &index), ARRIVED);
	assert_int_equal(index, INDEX + 9);
	assert_int_equal(read_number(56, pattern_number(EPOCH, INDEX - 1), INDEX, &index), STRANGE);
	assert_int_equal(read_number(56, pattern_number(EPOCH - 1, INDEX), INDEX, &index), STALE);
	assert_int_equal(read_number(56, pattern_last(EPOCH), INDEX, &index), LAST);
	assert_int_equal(read_number(56, pattern_last(EPOCH - 1), INDEX, &index), STALE);
}

static void short_messages_count_around(void **state)
{
	uint64_t index = 0;

	(void)state;
	assert_int_equal(read_number(1, pattern_number(EPOCH, 1000), 1000, &index), ARRIVED);
	assert_int_equal(index, 1000);
	assert_int_equal(read_number(1, pattern_number(EPOCH, 1013), 1000, &index), ARRIVED);
	assert_int_equal(index, 1013);
	assert_int_equal(read_number(1, pattern_last(EPOCH), 1000, &index), LAST);
}

static void a_short_message_of_an_earlier_run_is_noticed(void **state)
{
	(void)state;
	for (size_t size = 1; size < 8; size++)
		for (uint32_t epoch = EPOCH - 5; epoch < EPOCH; epoch++) {
			unsigned char *m = message(size, KEY, pattern_number(epoch, INDEX));
			assert_true(pattern_check(m, size, KEY, pattern_number(epoch, INDEX)));
			assert_false(pattern_check(m, size, KEY, pattern_number(EPOCH, INDEX)));
			free(m);
		}
}

static void no_number_is_zero_and_sums_are_strange(void **state)
{
	uint64_t one = pattern_number(EPOCH, 1), two = pattern_number(EPOCH, 2), sum = one + two, index;

	(void)state;
	assert_int_not_equal(pattern_number(0, 0), 0);
	assert_int_equal(pattern_read(&sum, sizeof sum, EPOCH, 1, &index), STRANGE);
}

static void medians_and_percentiles(void **state)
{
	double odd[] = {5, 1, 3}, even[] = {4, 1, 3, 2}, hundred[101];
	struct stats s = stats_of(odd, 3);

	(void)state;
	assert_float_equal(s.median, 3, 0);
	assert_float_equal(s.min, 1, 0);
	assert_float_equal(s.max, 5, 0);
	assert_float_equal(stats_of(even, 4).median, 2.5, 0);
	for (int i = 0; i <= 100; i++)
		hundred[i] = 100 - i;
	stats_sort(hundred, 101);
	assert_float_equal(stats_percentile(hundred, 101, 50), 50, 1e-9);
	assert_float_equal(stats_percentile(hundred, 101, 99), 99, 1e-9);
	assert_float_equal(stats_percentile(hundred, 101, 100), 100, 0);
	assert_float_equal(stats_percentile(hundred, 1, 99), 0, 0);
	assert_float_equal(stats_percentile(hundred, 0, 50), 0, 0);
}

static void ratios(void **state)
{
	(void)state;
	assert_float_equal(stats_ratio(6, 3), 2, 0);
	assert_float_equal(stats_ratio(6, 0), 0, 0);
}

/* Rounds between 1 and 2, none likelier than another, but for a bad one now and then. */
static struct stats some_rounds(size_t n)
{
	static uint64_t random = 1;
	double of[16];

	for (size_t i = 0; i < n; i++) {
		random = random * 6364136223846793005 + 1442695040888963407;
		of[i] = 1 + (double)(random >> 33) / 0x1p31;
		of[i] *= random >> 60 == 0 ? 5 : 1;
	}
	return stats_of(of, n);
}

/* How many verdicts of 20000 tell of a change where there is none. */
static int false_verdicts(size_t n)
{
	int moved = 0;

	for (int i = 0; i < 20000; i++) {
		struct stats then = some_rounds(n), now = some_rounds(n);
		enum verdict verdict = stats_compare(&then, &now);
		moved += verdict == VERDICT_SLOWER || verdict == VERDICT_FASTER;
	}
	return moved;
}

static void what_did_not_move_is_seldom_said_to_have(void **state)
{
	(void)state;
	assert_in_range(false_verdicts(FEWEST_COMPARED), 0, 200);
	assert_in_range(false_verdicts(11), 0, 20);
}

static void few_rounds_tell_nothing(void **state)
{
	const struct stats then = {.n = FEWEST_COMPARED - 1, .low = 1, .median = 1, .high = 1};
	const struct stats now = {.n = 11, .low = 2, .median = 2, .high = 2};

	(void)state;
	assert_int_equal(stats_compare(&then, &now), VERDICT_FEW);
	assert_int_equal(stats_compare(&now, &then), VERDICT_FEW);
}

static void what_moved_is_told_despite_a_bad_round(void **state)
{
	double before[] = {1.00, 1.05, 1.10, 1.02, 1.01, 9.00, 1.02, 1.03, 1.01, 1.04, 1.00};
	double after[] = {1.30, 1.35, 1.33, 1.31, 1.29, 1.32, 0.50, 1.33, 1.34, 1.30, 1.31};
	struct stats then = stats_of(before, 11), now = stats_of(after, 11);

	(void)state;
	assert_int_equal(stats_compare(&then, &now), VERDICT_SLOWER);
	assert_int_equal(stats_compare(&now, &then), VERDICT_FASTER);
}

static void a_small_change_is_none(void **state)
{
	const struct stats then = {.n = 11, .low = 1, .median = 1, .high = 1.01};
	const struct stats now = {.n = 11, .low = 1.02, .median = 1.04, .high = 1.05};

	(void)state;
	assert_int_equal(stats_compare(&then, &now), VERDICT_SAME);
	assert_int_equal(stats_compare(&now, &then), VERDICT_SAME);
}

static json_t *record_of(const char *group, const char *task, const char *limit, struct stats s)
{
	return json_pack("{s:{s:[], s:[i]}, s:[{s:s, s:s, s:s, s:i, s:i, s:{s:{s:o}}}]}", "settings", "rows", "sizes",
			 56, "rows", "group", group, "variant", "pipe", "extra", "", "asked", 56, "size", 56, task,
			 "limits", limit, bench_stats_record(&s));
}

static json_t *record_with(double low, double median, double high)
{
	return record_of("stream", "round_trip", "futex",
			 (struct stats){.n = 11, .low = low, .median = median, .high = high});
}

static const json_t *lines_of(const json_t *comparison)
{
	return json_object_get(comparison, "comparison");
}

static void records_are_compared(void **state)
{
	json_t *then = record_with(1.0, 1.1, 1.2), *now = record_with(1.5, 1.6, 1.7);
	json_t *worse = compare_records(then, now), *better = compare_records(now, then),
	       *same = compare_records(then, then);

	(void)state;
	assert_int_equal(json_array_size(lines_of(worse)), 1);
	assert_true(compare_found_worse(worse));
	assert_false(compare_found_worse(better));
	assert_false(compare_found_worse(same));
	json_decref(worse);
	json_decref(better);
	json_decref(same);
	json_decref(then);
	json_decref(now);
}

static const char *verdict_of(const json_t *then, const json_t *now, bool *worse)
{
	static char verdict[16];
	json_t *comparison = compare_records(then, now);

	snprintf(verdict, sizeof verdict, "%s",
		 json_array_size(lines_of(comparison))
			 ? record_text(json_array_get(lines_of(comparison), 0), "verdict")
			 : "none");
	*worse = compare_found_worse(comparison);
	json_decref(comparison);
	return verdict;
}

static void what_is_gone_is_told_if_it_was_asked_for(void **state)
{
	json_t *full = record_with(1.0, 1.1, 1.2), *empty = record_with(1.0, 1.1, 1.2);
	json_t *settings = json_object_get(empty, "settings");
	bool worse;

	(void)state;
	json_array_clear(json_object_get(empty, "rows"));
	assert_string_equal(verdict_of(full, empty, &worse), "gone");
	assert_true(worse);
	assert_string_equal(verdict_of(empty, full, &worse), "new");
	assert_false(worse);
	json_object_set_new(settings, "rows", json_pack("[s]", "fifo"));
	assert_string_equal(verdict_of(full, empty, &worse), "none");
	json_object_set_new(settings, "rows", json_pack("[s]", "pipe"));
	assert_string_equal(verdict_of(full, empty, &worse), "gone");
	json_object_set_new(settings, "sizes", json_pack("[i]", 8));
	assert_string_equal(verdict_of(full, empty, &worse), "none");
	json_decref(full);
	json_decref(empty);
}

static void a_spread_upside_down_is_none(void **state)
{
	json_t *sound = record_with(1.0, 1.1, 1.2), *wrong = record_with(1.2, 0.0, 1.0);
	bool worse;

	(void)state;
	assert_string_equal(verdict_of(wrong, wrong, &worse), "none");
	assert_string_equal(verdict_of(wrong, sound, &worse), "new");
	assert_string_equal(verdict_of(sound, wrong, &worse), "gone");
	assert_true(worse);
	json_decref(sound);
	json_decref(wrong);
}

static void a_verdict_rests_on_what_is_printed(void **state)
{
	json_t *then = record_with(1.0, 1.02, 1.051), *touching = record_with(1.054, 1.1, 1.2);
	bool worse;

	(void)state;
	assert_string_equal(verdict_of(then, touching, &worse), "same");
	json_decref(then);
	json_decref(touching);
}

static void a_ring_is_not_compared_with_itself(void **state)
{
	struct stats one = {.n = 11, .low = 1, .median = 1, .high = 1};
	json_t *ring = record_of("limit", "throughput", "ring", one);
	bool worse;

	(void)state;
	assert_string_equal(verdict_of(ring, ring, &worse), "none");
	json_decref(ring);
}

static void a_record_without_low_and_high_is_taken_whole(void **state)
{
	json_t *old = json_pack("{s:{s:i, s:f, s:f}}", "ns", "rounds", 11, "min", 1.0, "max", 3.0);
	struct stats s = bench_stats(old, "ns");

	(void)state;
	assert_float_equal(s.low, 1, 0);
	assert_float_equal(s.high, 3, 0);
	json_decref(old);
}

static void drift_is_the_end_over_the_start(void **state)
{
	double steady[] = {1, 1, 1, 1, 1, 1, 1}, slower[] = {1, 9, 1, 1, 1.5, 1.5, 9};

	(void)state;
	assert_float_equal(bench_drift(steady, COUNT(steady)), 1, 0);
	assert_float_equal(bench_drift(slower, COUNT(slower)), 1.5, 1e-9);
	assert_float_equal(bench_drift(steady, 1), 0, 0);
}

static void sizes_are_read(void **state)
{
	size_t sizes[MOST_SIZES], n;
	char text[24];

	(void)state;
	assert_true(sizes_parse("8,4K,1M,8", LARGEST_MESSAGE, sizes, &n));
	assert_int_equal(n, 3);
	assert_int_equal(sizes[1], 4096);
	assert_int_equal(sizes[2], 1 << 20);
	assert_string_equal(bytes_words(sizes[1], text), "4K");
	assert_string_equal(bytes_words(65507, text), "65507");
}

static void wrong_sizes_are_refused(void **state)
{
	static const char *const wrong[] = {"",   "0",  "-1",  "x",   "1,",
					    ",1", "1 ", "65M", "1KK", "9999999999999999999999"};
	size_t sizes[MOST_SIZES], n;

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_false(sizes_parse(wrong[i], LARGEST_MESSAGE, sizes, &n));
}

/* Memory as a plain row has it, for both ends of this test. */
static int test_setup(struct link *l, size_t size)
{
	l->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return l->mem == MAP_FAILED ? -1 : 0;
}

static const struct variant plain = {.name = "plain", .group = SHARED_MEMORY, .setup = test_setup};

static void set_up_way(struct way *w, enum extra extra, size_t size)
{
	*w = (struct way){.variant = &plain, .extra = extra};
	assert_int_equal(plain.setup(&w->link, size + handover_room(&plain)), 0);
	handover_place(w, NULL);
}

static void a_56_byte_message_shares_the_line_of_its_count(void **state)
{
	struct way w;
	uintptr_t posted, last;

	(void)state;
	set_up_way(&w, SPIN, 64);
	posted = (uintptr_t)&w.words->posted;
	last = (uintptr_t)w.payload;
	assert_int_equal(posted % CACHE_LINE, 0);
	assert_int_equal((last + 55) / CACHE_LINE, posted / CACHE_LINE);
	assert_int_not_equal((last + 56) / CACHE_LINE, posted / CACHE_LINE);
	assert_int_not_equal((uintptr_t)&w.words->taken / CACHE_LINE, posted / CACHE_LINE);
}

static void a_row_says_less_than_is_asked(void **state)
{
	struct variant small = plain;

	(void)state;
	small.max_message = 4096;
	assert_int_equal(plan_size(&plain, 1 << 20), 1 << 20);
	assert_true(plan_size(&small, 1 << 20) + handover_room(&small) <= 4096);
	small.blocks = true;
	small.send = bare_ring.send;
	small.recv = bare_ring.recv;
	assert_int_equal(plan_size(&small, 1 << 20), 4096);
	assert_int_equal(plan_size(&small, 8), 8);
}

static bool ring_beside(const struct plan *p, const struct lane *row)
{
	for (const struct lane *l = p->lanes; l < p->lanes + p->nlanes; l++)
		if (l->variant == &bare_ring && l->size == row->size && l->group == row->group)
			return true;
	return false;
}

static void every_group_has_limits_and_rings_of_its_own(void **state)
{
	struct settings settings = {.sizes = {1 << 20, 56}, .nsizes = 2, .rounds = 2};
	const struct row one = {.variant = &plain};
	const struct row *rows[] = {&one};
	const struct selection selection = {.rows = rows, .nrows = 1};
	struct plan p;
	size_t shown = 0;

	(void)state;
	settings.cpus = cpus_choose(PLACED_FREE);
	assert_true(plan_make(&p, &settings, &selection, 1));
	assert_int_equal(p.ngroups, 4);
	for (size_t i = 0; i < p.nlanes; i++) {
		assert_true(ring_beside(&p, &p.lanes[i]));
		assert_true(i == 0 || p.lanes[i].group - p.lanes[i - 1].group <= 1);
		shown += p.lanes[i].variant == &bare_ring && !p.lanes[i].hidden;
	}
	assert_int_equal(shown, settings.nsizes);
	for (size_t i = 1; i < p.nlimits; i++)
		assert_true(p.limits[i].limit != p.limits[i - 1].limit || p.limits[i].size > p.limits[i - 1].size);
	assert_ptr_equal(limit_of_group(&p, p.limits, 1), p.limits->ns + settings.rounds);
	plan_free(&p);
	assert_true(plan_make(&p, &settings, &selection, SIZE_MAX));
	assert_int_equal(p.ngroups, 1);
	plan_free(&p);
}

static json_t *limit_that_drifted(const char *name, double drift)
{
	return json_pack("{ss, sf}", "limit", name, "drift", drift);
}

static void a_drift_of_more_than_a_fifth_is_told_once(void **state)
{
	json_t *limits = json_pack("[o, o, o, o, o, o, o]", limit_that_drifted("line", 1.19),
				   limit_that_drifted("lines", 1 / 1.19), limit_that_drifted("fork", 1),
				   limit_that_drifted("futex", 1.21), limit_that_drifted("syscall", 1 / 1.21),
				   limit_that_drifted("memcpy", 1.21), limit_that_drifted("memcpy", 2));
	json_t *drifted = drifted_record(limits), *expected = json_pack("[s, s, s]", "futex", "syscall", "memcpy");

	(void)state;
	assert_true(json_equal(drifted, expected));
	json_decref(expected);
	json_decref(drifted);
	json_decref(limits);
}

/* Ends at all: the alarm would end it. */
static void a_limit_is_measured_in_seconds_whatever_time_there_is(void **state)
{
	struct control *c = calloc(1, sizeof *c);
	struct grounds *grounds;

	(void)state;
	assert_non_null(c);
	assert_int_equal(limits_prepare(&grounds, SIZE_OF_A_COPY), 0);
	c->order = (struct order){.task = LIMIT, .limit = LIMIT_SYSCALL, .ns = INT64_MAX};
	alarm(60);
	limits_run(c, grounds, SENDER);
	alarm(0);
	assert_true(c->batch.messages > 0 && c->batch.ns > 0);
	free(c);
}

enum { MESSAGES = 2000, SIZE = 200 };

static void send_all(struct way *w)
{
	unsigned char m[SIZE];

	pattern_make(m, SIZE, KEY);
	for (uint64_t i = 0; i < MESSAGES; i++) {
		pattern_stamp(m, SIZE, pattern_number(EPOCH, i));
		way_send(w, m, SIZE);
	}
	_exit(0);
}

/* Two processes: every message arrives, once, whole and in order, although there is room for one only. */
static void hands_over(enum extra extra)
{
	struct way w;
	pid_t pid;

	set_up_way(&w, extra, SIZE);
	way_begin(&w, RECEIVER, true);
	pid = fork();
	if (pid == 0) {
		way_begin(&w, SENDER, true);
		alarm(60);
		send_all(&w);
	}
	for (uint64_t i = 0; i < MESSAGES; i++) {
		unsigned char m[SIZE];
		assert_int_equal(way_recv(&w, m, SIZE), SIZE);
		assert_true(pattern_check(m, SIZE, KEY, pattern_number(EPOCH, i)));
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void a_futex_hands_over_each_message(void **state)
{
	(void)state;
	hands_over(FUTEX);
}

static void spinning_hands_over_each_message(void **state)
{
	struct cpus cpus = cpus_choose(PLACED_FREE);

	(void)state;
	if (!cpus_allow_spinning(&cpus))
		skip();
	hands_over(SPIN);
}

static void one_cpu_allows_no_spinning(void **state)
{
	const struct cpus one = {.placing = PLACED_FREE, .allowed = 1}, same = {.placing = PLACED_SAME, .allowed = 8};
	const struct cpus two = {.placing = PLACED_CROSS, .allowed = 2};

	(void)state;
	assert_false(cpus_allow_spinning(&one));
	assert_false(cpus_allow_spinning(&same));
	assert_true(cpus_allow_spinning(&two));
}

/* A file in a folder of this test; every folder on its way is made. */
static void put_file(const char *top, const char *name, const char *content)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", top, name);
	for (char *slash = strchr(path + strlen(top) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
	file = fopen(path, "we");
	assert_non_null(file);
	fputs(content, file);
	assert_int_equal(fclose(file), 0);
}

static size_t left_by(const char *top, const char *list)
{
	char path[256];

	put_file(top, "list", list);
	snprintf(path, sizeof path, "%s/list", top);
	return memory_left_by_cgroups(path, top);
}

static void make_cgroups(const char *top)
{
	put_file(top, "a/memory.max", "1000\n");
	put_file(top, "a/memory.current", "400\n");
	put_file(top, "a/b/memory.max", "max\n");
	put_file(top, "a/b/memory.current", "100\n");
	put_file(top, "a/cached/memory.max", "500\n");
	put_file(top, "a/cached/memory.current", "500\n");
	put_file(top, "a/cached/memory.stat", "anon 200\ninactive_file 300\n");
	put_file(top, "full/memory.max", "500\n");
	put_file(top, "full/memory.current", "501\n");
	put_file(top, "memory/memory.limit_in_bytes", "900\n");
	put_file(top, "memory/memory.usage_in_bytes", "100\n");
	put_file(top, "memory/c d/memory.limit_in_bytes", "300\n");
	put_file(top, "memory/c d/memory.usage_in_bytes", "100\n");
}

static void the_least_limit_of_the_cgroups_counts(void **state)
{
	char top[] = P_tmpdir "/ipckit-cgroups.XXXXXX", remove[64];

	(void)state;
	assert_non_null(mkdtemp(top));
	make_cgroups(top);
	assert_int_equal(left_by(top, "0::/a\n"), 600);
	assert_int_equal(left_by(top, "0::/a/b\n"), 600);
	assert_int_equal(left_by(top, "0::/a/cached\n"), 300);
	assert_int_equal(left_by(top, "0::/full\n"), 0);
	assert_int_equal(left_by(top, "2:cpu:/\n4:cpuset,memory:/c d\n0::/\n"), 200);
	assert_int_equal(left_by(top, "4:memory:/in/another/namespace\n"), 800);
	snprintf(remove, sizeof remove, "rm -r %s", top);
	assert_int_equal(system(remove), 0);
}

static void what_cannot_be_read_is_no_limit(void **state)
{
	(void)state;
	assert_true(memory_left_by_cgroups("/nonexistent/cgroup", "/nonexistent") == SIZE_MAX);
	assert_true(memory_left_by_cgroups("/proc/self/cgroup", "/nonexistent") == SIZE_MAX);
	assert_true(memory_left_by_cgroups("/proc/self/stat", "/nonexistent") == SIZE_MAX);
}

/* The script that gnuplot reads, of three cases of which some are measured. */
static void plot_of(const bool measured[HEAPS], char *script, size_t room)
{
	char folder[] = P_tmpdir "/ipckit-plot.XXXXXX", path[64];
	struct cow_case cases[HEAPS] = {{0}};
	json_t *record;
	FILE *file;

	for (int i = 0; i < HEAPS; i++)
		cases[i] = (struct cow_case){.heap = (enum heap)i, .size = LARGE, .measured = measured[i]};
	record = cow_record(cases, HEAPS, false);
	assert_non_null(mkdtemp(folder));
	assert_int_equal(cow_plot(record, folder), 0);
	json_decref(record);
	snprintf(path, sizeof path, "%s/cow.gp", folder);
	file = fopen(path, "re");
	assert_non_null(file);
	script[fread(script, 1, room - 1, file)] = '\0';
	fclose(file);
	assert_int_equal(unlink(path) | rmdir(folder), 0);
}

static void a_plot_has_the_lines_that_have_figures(void **state)
{
	char script[4096];

	(void)state;
	plot_of((bool[HEAPS]){true, true, true}, script, sizeof script);
	assert_non_null(strstr(script, "plot $private using 1:2"));
	assert_non_null(strstr(script, " $shared using 1:2"));
	assert_non_null(strstr(script, "plot $private using 1:5")); /* the write after the fork, in the child */
	assert_non_null(strstr(script, " $shared using 1:6"));
	plot_of((bool[HEAPS]){false, false, true}, script, sizeof script);
	assert_non_null(strstr(script, "plot $shared using 1:2"));
	assert_null(strstr(script, "$private using"));
	assert_null(strstr(script, "$huge using"));
	plot_of((bool[HEAPS]){false, false, false}, script, sizeof script);
	assert_null(strstr(script, " using "));
	assert_non_null(strstr(script, "plot NaN"));
}

static void a_copy_is_told_with_frames_and_without(void **state)
{
	struct page shared = {.present = true, .frame = 1}, own = {.present = true, .frame = 2, .exclusive = true};

	(void)state;
	assert_true(cow_copied(&shared, &own));
	assert_false(cow_copied(&own, &own));
	shared.frame = own.frame = 0;
	assert_true(cow_copied(&own, &own)); /* before the fork it was alone as well */
	assert_false(cow_copied(&own, &shared));
	own.file_shared = true;
	assert_false(cow_copied(&own, &own));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_is_verified_at_every_size),
		cmocka_unit_test(any_wrong_byte_is_noticed),
		cmocka_unit_test(swapped_blocks_are_noticed),
		cmocka_unit_test(a_block_of_another_message_is_noticed),
		cmocka_unit_test(a_wrong_number_is_noticed),
		cmocka_unit_test(a_block_of_an_earlier_message_is_noticed),
		cmocka_unit_test(a_short_cut_is_noticed),
		cmocka_unit_test(numbers_tell_loss_end_and_leftovers),
		cmocka_unit_test(short_messages_count_around),
		cmocka_unit_test(a_short_message_of_an_earlier_run_is_noticed),
		cmocka_unit_test(no_number_is_zero_and_sums_are_strange),
		cmocka_unit_test(medians_and_percentiles),
		cmocka_unit_test(ratios),
		cmocka_unit_test(what_did_not_move_is_seldom_said_to_have),
		cmocka_unit_test(few_rounds_tell_nothing),
		cmocka_unit_test(what_moved_is_told_despite_a_bad_round),
		cmocka_unit_test(a_small_change_is_none),
		cmocka_unit_test(a_spread_upside_down_is_none),
		cmocka_unit_test(a_verdict_rests_on_what_is_printed),
		cmocka_unit_test(a_ring_is_not_compared_with_itself),
		cmocka_unit_test(a_record_without_low_and_high_is_taken_whole),
		cmocka_unit_test(records_are_compared),
		cmocka_unit_test(what_is_gone_is_told_if_it_was_asked_for),
		cmocka_unit_test(drift_is_the_end_over_the_start),
		cmocka_unit_test(a_drift_of_more_than_a_fifth_is_told_once),
		cmocka_unit_test(a_limit_is_measured_in_seconds_whatever_time_there_is),
		cmocka_unit_test(sizes_are_read),
		cmocka_unit_test(wrong_sizes_are_refused),
		cmocka_unit_test(a_56_byte_message_shares_the_line_of_its_count),
		cmocka_unit_test(a_row_says_less_than_is_asked),
		cmocka_unit_test(every_group_has_limits_and_rings_of_its_own),
		cmocka_unit_test(a_futex_hands_over_each_message),
		cmocka_unit_test(spinning_hands_over_each_message),
		cmocka_unit_test(one_cpu_allows_no_spinning),
		cmocka_unit_test(the_least_limit_of_the_cgroups_counts),
		cmocka_unit_test(what_cannot_be_read_is_no_limit),
		cmocka_unit_test(a_plot_has_the_lines_that_have_figures),
		cmocka_unit_test(a_copy_is_told_with_frames_and_without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

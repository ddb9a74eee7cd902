#include "bench/view.h"

#include "bench/figures.h"
#include "bench/record.h"
#include "bench/settings.h"
#include "bytes.h"
#include "output.h"
#include "report/escape.h"
#include "report/machine.h"
#include "report/text.h"
#include "report/words.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define US 1e3
#define MB 1e6

static const char *const limit_headings[] = {"-LIMIT", "SIZE", "us", "MIN", "MAX", "-WHAT", NULL};
static const char *const trip_headings[] = {"-ROUND TRIP, us", "SIZE",   "MEDIAN", "MIN",   "MAX", "~P50", "P99",
					    "/LINE",           "/FUTEX", "CPU",    "CALLS", NULL};
static const char *const run_headings[] = {"-ONE WAY", "SIZE",    "MSG/s", "MB/s",  "~MIN", "~MAX",
					   "/RING",    "/MEMCPY", "CPU",   "CHECK", "LOST", NULL};
static const char *const csv_headings[] = {"-variant", "extra",     "asked",    "size",   "task",   "status",
					   "delivers", "median_ns", "min_ns",   "max_ns", "p50_ns", "p99_ns",
					   "cpu_ns",   "check_ns",  "syscalls", "lost",   "x_line", "x_futex",
					   "x_ring",   "x_memcpy",  "detail",   NULL};

static void put_size(struct figures *s, const json_t *object)
{
	char text[24];
	unsigned long long size = bench_count(object, "size");

	figures_put(s, "%s", size > 0 ? bytes_words(size, text) : "");
}

/* "pipe +1M" */
static void put_name(struct figures *s, const json_t *row)
{
	const char *extra = record_text(row, "extra");

	figures_put(s, "%s%s%s", record_text(row, "variant"), *extra ? " " : "", extra);
}

static double ratio(const json_t *task, const char *limit)
{
	return bench_stats(json_object_get(task, "limits"), limit).median;
}

static void add_limit(struct figures *s, const json_t *limit)
{
	struct stats ns = bench_stats(limit, "ns");

	figures_put(s, "%s", record_text(limit, "limit"));
	put_size(s, limit);
	figures_put_number(s, ns.median / US);
	figures_put_number(s, ns.min / US);
	figures_put_number(s, ns.max / US);
	figures_put(s, "%s", record_text(limit, "about"));
}

static void add_trip(struct figures *s, const json_t *row)
{
	const json_t *task = json_object_get(row, "round_trip");
	struct stats ns = bench_stats(task, "ns");

	put_name(s, row);
	put_size(s, row);
	figures_put_number(s, ns.median / US);
	figures_put_number(s, ns.min / US);
	figures_put_number(s, ns.max / US);
	figures_put_number(s, bench_number(task, "p50_ns") / US);
	figures_put_number(s, bench_number(task, "p99_ns") / US);
	figures_put_number(s, ratio(task, "line"));
	figures_put_number(s, ratio(task, "futex"));
	figures_put_number(s, bench_number(task, "cpu_ns") / US);
	if (json_is_number(json_object_get(row, "syscalls")))
		figures_put(s, "%.1f", bench_number(row, "syscalls"));
	else
		figures_put(s, "%s", "");
}

/* Fast and slow rounds as MB/s: the fewest ns are the most bytes. */
static void add_run(struct figures *s, const json_t *row)
{
	const json_t *task = json_object_get(row, "throughput");
	struct stats ns = bench_stats(task, "ns");
	double bytes = bench_number(row, "size") * 1e9 / MB;
	double lost = bench_number(task, "lost");

	put_name(s, row);
	put_size(s, row);
	figures_put(s, "%.0f", bench_number(task, "messages_per_s"));
	figures_put_number(s, bench_number(task, "bytes_per_s") / MB);
	figures_put_number(s, stats_ratio(bytes, ns.max));
	figures_put_number(s, stats_ratio(bytes, ns.min));
	figures_put_number(s, ratio(task, "ring"));
	figures_put_number(s, ratio(task, "memcpy"));
	figures_put_number(s, bench_number(task, "cpu_ns") / US);
	figures_put_number(s, bench_number(task, "check_ns") / US);
	if (lost > 0)
		figures_put(s, "%.1f%%", 100 * lost);
	else
		figures_put(s, "%s", "");
}

static bool has_rounds(const json_t *row, enum task task)
{
	return json_object_get(json_object_get(row, task_key(task)), "rounds");
}

static double median_of(const json_t *row, enum task task)
{
	return bench_stats(json_object_get(row, task_key(task)), "ns").median;
}

static enum task sorted_by;

/* By size, then the fastest first. */
static int order(const void *a, const void *b)
{
	const json_t *one = *(json_t *const *)a, *two = *(json_t *const *)b;
	double x = bench_number(one, "size"), y = bench_number(two, "size");

	if (x == y) {
		x = median_of(one, sorted_by);
		y = median_of(two, sorted_by);
	}
	return (x > y) - (x < y);
}

static int print_task(FILE *out, const json_t *record, enum task task, enum format format)
{
	const json_t *rows = json_object_get(record, "rows");
	json_t **sorted = calloc(json_array_size(rows) + 1, sizeof(json_t *));
	struct figures s;
	size_t i, n = 0;
	json_t *row;
	int bad;

	if (!sorted)
		return -ENOMEM;
	json_array_foreach(rows, i, row)
		if (has_rounds(row, task))
			sorted[n++] = row;
	sorted_by = task;
	qsort(sorted, n, sizeof(json_t *), order);
	figures_begin(&s, task == ROUND_TRIP ? trip_headings : run_headings);
	for (i = 0; i < n; i++)
		(task == ROUND_TRIP ? add_trip : add_run)(&s, sorted[i]);
	bad = figures_print(out, &s, format);
	fputs(n ? "\n" : "", out);
	figures_free(&s);
	free(sorted);
	return bad;
}

static int print_limits(FILE *out, const json_t *record, enum format format)
{
	struct figures s;
	size_t i;
	json_t *limit;
	int bad;

	figures_begin(&s, limit_headings);
	json_array_foreach(json_object_get(record, "limits"), i, limit)
		if (bench_stats(limit, "ns").n > 0)
			add_limit(&s, limit);
	bad = figures_print(out, &s, format);
	fputs(s.nlines ? "\n" : "", out);
	figures_free(&s);
	return bad;
}

static void put_raw(struct figures *s, double figure)
{
	if (figure > 0)
		figures_put(s, "%.6g", figure);
	else
		figures_put(s, "%s", "");
}

static const char *truth_text(const json_t *truth)
{
	return json_is_true(truth) ? "true" : json_is_false(truth) ? "false" : "";
}

static void add_csv(struct figures *s, const json_t *row, enum task which)
{
	static const char *const figures[] = {"p50_ns", "p99_ns", "cpu_ns", "check_ns"};
	static const char *const limits[] = {"line", "futex", "ring", "memcpy"};
	const json_t *task = json_object_get(row, task_key(which));
	struct stats ns = bench_stats(task, "ns");

	figures_put(s, "%s", record_text(row, "variant"));
	figures_put(s, "%s", record_text(row, "extra") + (record_text(row, "extra")[0] == '+'));
	figures_put(s, "%.0f", bench_number(row, "asked"));
	figures_put(s, "%.0f", bench_number(row, "size"));
	figures_put(s, "%s", task_key(which));
	figures_put(s, "%s", record_text(task, "status"));
	figures_put(s, "%s", truth_text(json_object_get(task, "delivers")));
	put_raw(s, ns.median);
	put_raw(s, ns.min);
	put_raw(s, ns.max);
	for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
		put_raw(s, bench_number(task, figures[i]));
	put_raw(s, bench_number(row, "syscalls"));
	put_raw(s, bench_number(task, "lost"));
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
		put_raw(s, ratio(task, limits[i]));
	figures_put(s, "%s", record_text(task, "detail"));
}

static int print_csv(FILE *out, const json_t *record)
{
	struct figures s;
	size_t i;
	json_t *row;
	int bad;

	figures_begin(&s, csv_headings);
	json_array_foreach(json_object_get(record, "rows"), i, row)
		for (int task = 0; task < TASKS; task++)
			add_csv(&s, row, (enum task)task);
	bad = figures_print(out, &s, FORMAT_CSV);
	figures_free(&s);
	return bad;
}

/* The text of a record, harmless. */
static void put_text(FILE *out, const char *text, enum format format)
{
	if (format == FORMAT_MARKDOWN)
		markdown_put(out, text);
	else
		text_put_ascii(out, text);
}

static void print_traced(FILE *out, const json_t *rows)
{
	bool counted = false;
	size_t i;
	json_t *row;

	json_array_foreach(rows, i, row)
		counted |= json_is_number(json_object_get(row, "syscalls"));
	if (counted)
		fputs("CALLS are counted under a tracer, where a reader that looks first sleeps more often.\n", out);
}

static void print_clipped(FILE *out, const json_t *rows, enum format format)
{
	size_t i;
	json_t *row;

	json_array_foreach(rows, i, row) {
		char asked[24], size[24];
		unsigned long long most = bench_count(row, "size"), wanted = bench_count(row, "asked");
		if (most >= wanted)
			continue;
		put_text(out, record_text(row, "variant"), format);
		fprintf(out, " carries %s at most, not %s.\n", bytes_words(most, size), bytes_words(wanted, asked));
	}
}

/* What is said of a task that has no figures, or has stopped having them; "" where there is nothing to say. */
static const char *reason(const json_t *row, enum task task)
{
	const json_t *t = json_object_get(row, task_key(task));
	const char *detail = record_text(t, "detail");

	return *detail ? detail : strcmp(record_text(t, "status"), "interrupted") == 0 ? "interrupted" : "";
}

static bool has_reason(const json_t *row, enum task task)
{
	return reason(row, task)[0] &&
	       (task == ROUND_TRIP || strcmp(reason(row, task), reason(row, ROUND_TRIP)) != 0);
}

/* Whether a row before that one has the same reason, and if asked for, the same name. */
static bool is_repeated(const json_t *rows, size_t at, enum task task, bool name_too)
{
	const json_t *row = json_array_get(rows, at);

	for (size_t i = 0; i < at; i++) {
		const json_t *before = json_array_get(rows, i);
		if (has_reason(before, task) && strcmp(reason(before, task), reason(row, task)) == 0 &&
		    (!name_too || strcmp(record_text(before, "variant"), record_text(row, "variant")) == 0))
			return true;
	}
	return false;
}

/* One line for each reason: "does not deliver: global, malloc". */
static void print_reason(FILE *out, const json_t *rows, size_t at, enum task task, enum format format)
{
	const char *why = reason(json_array_get(rows, at), task);
	const char *before = ": ";

	fputs(task == THROUGHPUT ? "one way: " : "", out);
	put_text(out, why, format);
	for (size_t i = at; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		if (!has_reason(row, task) || strcmp(reason(row, task), why) != 0 || is_repeated(rows, i, task, true))
			continue;
		fputs(before, out);
		put_text(out, record_text(row, "variant"), format);
		before = ", ";
	}
	fputc('\n', out);
}

static void print_reasons(FILE *out, const json_t *rows, enum format format)
{
	for (int task = 0; task < TASKS; task++)
		for (size_t i = 0; i < json_array_size(rows); i++)
			if (has_reason(json_array_get(rows, i), (enum task)task) &&
			    !is_repeated(rows, i, (enum task)task, false))
				print_reason(out, rows, i, (enum task)task, format);
}

/* Both tasks take their rounds together; one that failed on the way is told elsewhere. 0: there is nothing to tell. */
static size_t rounds_of(const json_t *row)
{
	size_t n = 0;

	for (int task = TASKS; task-- > 0 && n == 0;)
		if (!reason(row, (enum task)task)[0])
			n = bench_stats(json_object_get(row, task_key((enum task)task)), "ns").n;
	return n;
}

/* Rows that were left out of some rounds; after an interruption every row may have been. */
static void print_slow(FILE *out, const json_t *record, enum format format)
{
	size_t i, all = (size_t)bench_count(record, "rounds");
	char size[24];
	json_t *row;

	json_array_foreach(json_object_get(record, "rows"), i, row) {
		size_t n = rounds_of(row);
		if (n == 0 || n >= all || json_is_true(json_object_get(record, "interrupted")))
			continue;
		put_text(out, record_text(row, "variant"), format);
		put_text(out, *record_text(row, "extra") ? " " : "", format);
		put_text(out, record_text(row, "extra"), format);
		fprintf(out, " %s: %zu of %zu rounds, too slow for its share.\n",
			bytes_words(bench_count(row, "size"), size), n, all);
	}
}

void bench_print_drifted(FILE *out, const json_t *drifted, const char *which, enum format format)
{
	for (size_t i = 0; i < json_array_size(drifted); i++) {
		const char *name = json_string_value(json_array_get(drifted, i));
		if (i > 0)
			fputs(", ", out);
		else
			fprintf(out, "The machine itself changed by more than 20 %% while %s ran: ", which);
		put_text(out, name ? name : "", format);
	}
	fputs(json_array_size(drifted) ? ".\n" : "", out);
}

static void print_conditions(FILE *out, const json_t *record, enum format format)
{
	double elapsed = bench_number(record, "elapsed_s"), rounds = bench_number(record, "rounds");
	double parts = bench_number(record, "parts");
	char machine[320];

	machine_words(json_object_get(record, "machine"), machine, sizeof machine);
	fputs("Measured on ", out);
	put_text(out, machine, format);
	fprintf(out, ".\n%.0f round%s", rounds, rounds == 1 ? "" : "s");
	if (elapsed > 0)
		fprintf(out, " in %.3g s", elapsed);
	fputs(", ends placed: ", out);
	put_text(out, record_text(json_object_get(record, "settings"), "cpu"), format);
	fputs(". MEDIAN, MIN, MAX: of the rounds; P50, P99:\n"
	      "of single round trips, with a look at the clock in each, which weighs where the\n"
	      "reader spins. /LINE, /FUTEX, /RING, /MEMCPY: as a multiple of that limit in the\n"
	      "same round. CPU: us of both ends for a message; CALLS: its system calls.\n"
	      "One way the reader verifies every byte within the time; CHECK: what that takes.\n",
	      out);
	if (parts > 1)
		fprintf(out, "For want of memory the rows took their rounds in %.0f parts, one after the other.\n",
			parts);
	bench_print_drifted(out, json_object_get(record, "drifted"), "this", format);
	if (rounds == 1 && parts <= 1)
		fputs("One round does not tell whether the machine itself changed meanwhile.\n", out);
	if (json_is_true(json_object_get(record, "interrupted")))
		fprintf(out, "Interrupted: this is what there was until then.\n");
}

static int print_all(FILE *out, const json_t *record, enum format format)
{
	int bad;

	if (format == FORMAT_JSON)
		return figures_dump(out, record);
	if (format == FORMAT_CSV)
		return print_csv(out, record);
	bad = print_limits(out, record, format);
	for (int task = 0; task < TASKS && !bad; task++)
		bad = print_task(out, record, (enum task)task, format);
	print_conditions(out, record, format);
	print_traced(out, json_object_get(record, "rows"));
	print_slow(out, record, format);
	print_clipped(out, json_object_get(record, "rows"), format);
	print_reasons(out, json_object_get(record, "rows"), format);
	return bad;
}

int bench_print(FILE *out, const json_t *record, enum format format)
{
	int bad;

	errno = 0; /* from here on it is that of a write */
	bad = print_all(out, record, format);
	return bad ? bad : output_arrived(out);
}

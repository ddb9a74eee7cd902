#include "bench/record.h"

#include "bench/ring.h"
#include "bench/yardstick.h"
#include "complain.h"
#include "registry.h"
#include "report/machine.h"
#include "report/record.h"
#include "report/words.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_COUNTED 0x1p53 /* to the last unit, by a double */

const char *task_key(enum task task)
{
	return task == ROUND_TRIP ? "round_trip" : "throughput";
}

static json_t *figure(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

json_t *bench_stats_record(const struct stats *s)
{
	return json_pack("{so, so, so, so, so, so, so, sI}", "min", figure(s->min), "low", figure(s->low), "lower",
			 figure(s->lower), "median", figure(s->median), "upper", figure(s->upper), "high",
			 figure(s->high), "max", figure(s->max), "rounds", (json_int_t)s->n);
}

/* ns for one message, or round trip, of one round; 0 = there is none. */
static double per_message(const struct batch *b)
{
	return b->messages > 0 ? (double)b->ns / (double)b->messages : 0;
}

/* Values that a row has for some of the rounds. */
struct series {
	double *of;
	size_t n;
};

static struct series series_new(const struct plan *p)
{
	return (struct series){calloc(p->settings->rounds, sizeof(double)), 0};
}

/* A series is used up by this. */
static json_t *series_record(struct series *s)
{
	struct stats stats = {0};
	json_t *record;

	if (s->of)
		stats = stats_of(s->of, s->n);
	record = s->of ? bench_stats_record(&stats) : NULL;
	free(s->of);
	return record;
}

static json_t *times_record(const struct plan *p, const struct lane *l, enum task task)
{
	struct series s = series_new(p);

	for (unsigned i = 0; s.of && i < p->settings->rounds; i++)
		if (l->rounds[task][i].messages > 0)
			s.of[s.n++] = per_message(&l->rounds[task][i]);
	return series_record(&s);
}

/* The row's time as a multiple of the limit's in the same round. */
static json_t *ratio_record(const struct plan *p, const struct lane *l, enum task task, const double *limit)
{
	struct series s = series_new(p);

	for (unsigned i = 0; s.of && i < p->settings->rounds; i++)
		if (l->rounds[task][i].messages > 0 && limit[i] > 0)
			s.of[s.n++] = stats_ratio(per_message(&l->rounds[task][i]), limit[i]);
	return series_record(&s);
}

static const struct limit_rounds *find_limit(const struct plan *p, enum limit limit, size_t size)
{
	for (const struct limit_rounds *l = p->limits; l < p->limits + p->nlimits; l++)
		if (l->limit == limit && l->size == size)
			return l;
	return NULL;
}

static void put_ratio(const struct plan *p, const struct lane *l, enum task task, enum limit limit, json_t *to)
{
	const struct limit_rounds *rounds = find_limit(p, limit, limit == LIMIT_COPY ? l->size : 0);

	if (rounds)
		json_object_set_new(to, limit_name(limit),
				    ratio_record(p, l, task, limit_of_group(p, rounds, l->group)));
}

static const struct lane *ring_beside(const struct plan *p, const struct lane *row)
{
	for (const struct lane *l = p->lanes; l < p->lanes + p->nlanes; l++)
		if (l->variant == &bare_ring && l->size == row->size && l->group == row->group)
			return l;
	return NULL;
}

static void put_ring_ratio(const struct plan *p, const struct lane *l, json_t *to)
{
	const struct lane *ring = ring_beside(p, l);
	struct series s = series_new(p);

	for (unsigned i = 0; s.of && ring && i < p->settings->rounds; i++)
		s.of[i] = per_message(&ring->rounds[THROUGHPUT][i]);
	if (s.of && ring)
		json_object_set_new(to, "ring", ratio_record(p, l, THROUGHPUT, s.of));
	free(s.of);
}

static json_t *ratios_record(const struct plan *p, const struct lane *l, enum task task)
{
	json_t *ratios = json_object();

	if (task == ROUND_TRIP) {
		put_ratio(p, l, task, LIMIT_LINE, ratios);
		put_ratio(p, l, task, LIMIT_FUTEX, ratios);
	} else {
		put_ratio(p, l, task, LIMIT_COPY, ratios);
		put_ring_ratio(p, l, ratios);
	}
	return ratios;
}

static json_t *batch_record(const struct batch *b)
{
	return json_pack("{sI, sI, sI, sI, sI, s[I, I], sI, sI, sI}", "messages", (json_int_t)b->messages, "lost",
			 (json_int_t)b->lost, "ns", (json_int_t)b->ns, "timed", (json_int_t)b->timed, "timed_ns",
			 (json_int_t)b->timed_ns, "cpu_ns", (json_int_t)b->cpu_ns[SENDER],
			 (json_int_t)b->cpu_ns[RECEIVER], "worked", (json_int_t)b->worked, "faults",
			 (json_int_t)b->faults, "check_ns", (json_int_t)b->check_ns);
}

static json_t *rounds_record(const struct plan *p, const struct lane *l, enum task task)
{
	json_t *rounds = json_array();

	for (unsigned i = 0; i < p->settings->rounds; i++) {
		const struct batch *b = &l->rounds[task][i];
		json_array_append_new(rounds, b->messages > 0 ? batch_record(b) : json_null());
	}
	return rounds;
}

/* All rounds of a task added up, in double: they are only divided by one another. */
struct sums {
	double messages, lost, ns, timed, timed_ns, cpu_ns, worked, check_ns, checks;
};

static struct sums add_up(const struct plan *p, const struct lane *l, enum task task)
{
	struct sums s = {0};

	for (unsigned i = 0; i < p->settings->rounds; i++) {
		const struct batch *b = &l->rounds[task][i];
		s.messages += (double)b->messages;
		s.lost += (double)b->lost;
		s.ns += (double)b->ns;
		s.timed += (double)b->timed;
		s.timed_ns += (double)b->timed_ns;
		s.cpu_ns += (double)(b->cpu_ns[SENDER] + b->cpu_ns[RECEIVER]);
		s.worked += (double)b->worked;
		s.check_ns += (double)b->check_ns;
		s.checks += b->check_ns > 0;
	}
	return s;
}

/* For a round trip: single ones, and what they are on average as a multiple of the batches' average. A batch of one is no batch. */
static void put_trips(const struct plan *p, const struct lane *l, json_t *to)
{
	struct series each = series_new(p);

	stats_sort(l->samples, l->nsamples);
	json_object_set_new(to, "samples", json_integer((json_int_t)l->nsamples));
	json_object_set_new(to, "p50_ns", figure(stats_percentile(l->samples, l->nsamples, 50)));
	json_object_set_new(to, "p99_ns", figure(stats_percentile(l->samples, l->nsamples, 99)));
	for (unsigned i = 0; each.of && pair_slots(l->size) > 1 && i < p->settings->rounds; i++) {
		const struct batch *b = &l->rounds[ROUND_TRIP][i];
		if (b->messages > 0 && b->timed > 0 && b->ns > 0)
			each.of[each.n++] = (double)b->timed_ns / (double)b->timed / per_message(b);
	}
	json_object_set_new(to, "each_to_batch", series_record(&each));
}

static void put_runs(const struct lane *l, const struct sums *s, double median, json_t *to)
{
	json_object_set_new(to, "messages_per_s", figure(median > 0 ? 1e9 / median : 0));
	json_object_set_new(to, "bytes_per_s", figure(median > 0 ? 1e9 / median * (double)l->size : 0));
	json_object_set_new(to, "lost", figure(s->lost / (s->messages + s->lost)));
	json_object_set_new(to, "check_ns", s->checks > 0 ? figure(s->check_ns / s->checks) : json_null());
}

static json_t *measured_record(const struct plan *p, const struct lane *l, enum task task)
{
	struct sums s = add_up(p, l, task);
	json_t *ns = times_record(p, l, task);
	double messages = task == ROUND_TRIP ? 2 * s.worked : s.worked;
	json_t *record = json_pack("{sO?, so, so, so}", "ns", ns, "limits", ratios_record(p, l, task), "cpu_ns",
				   figure(s.cpu_ns / messages), "rounds", rounds_record(p, l, task));

	if (task == ROUND_TRIP)
		put_trips(p, l, record);
	else
		put_runs(l, &s, bench_number(ns, "median"), record);
	json_decref(ns);
	return record;
}

/* Whether the message arrives: true where it was timed, null where that is not known. */
static json_t *delivers(const struct cell *c, bool timed)
{
	return timed ? json_true() : c->kind == TRUTH ? json_boolean(c->truth) : json_null();
}

static json_t *task_record(const struct plan *p, const struct lane *l, enum task task)
{
	const struct cell *c = &l->outcome[task];
	bool not_yet = c->status == FAILED && !c->detail[0];
	bool measured = per_message(&l->rounds[task][0]) > 0;
	json_t *record = measured ? measured_record(p, l, task) : json_object();

	json_object_set_new(record, "status", json_string(not_yet ? "interrupted" : status_name(c->status)));
	json_object_set_new(record, "delivers", delivers(c, measured));
	json_object_set_new(record, "detail", json_string(c->detail));
	return record;
}

/* A round trip that should work and does not. The rest is what a bench is there to find out. */
static bool surprises(const struct lane *l)
{
	const struct cell *c = &l->outcome[ROUND_TRIP];

	if (l->variant->expect != GETS_MESSAGE || !(c->detail[0] || c->kind == TRUTH))
		return false;
	return c->kind == TRUTH || c->status == FAILED || c->status == CRASHED || c->status == HUNG;
}

static json_t *lane_record(const struct plan *p, const struct lane *l)
{
	bool ring = l->variant == &bare_ring;
	size_t window = pair_slots(l->size) * l->size;

	return json_pack("{ss, ss, ss, sI, sI, sI, sI, so, sb, so, so}", "variant", l->variant->name, "extra",
			 extra_name(l->extra), "group", ring ? "limit" : group_name(l->variant->group), "asked",
			 (json_int_t)l->asked, "size", (json_int_t)l->size, "window", (json_int_t)window, "setup_ns",
			 (json_int_t)l->setup_ns, "syscalls", l->syscalls < 0 ? json_null() : figure(l->syscalls),
			 "surprise", (int)surprises(l), "round_trip", task_record(p, l, ROUND_TRIP), "throughput",
			 task_record(p, l, THROUGHPUT));
}

static json_t *lanes_record(const struct plan *p)
{
	json_t *rows = json_array();

	for (const struct lane *l = p->lanes; l < p->lanes + p->nlanes; l++)
		if (!l->unsuitable && !l->hidden)
			json_array_append_new(rows, lane_record(p, l));
	return rows;
}

static json_t *settings_record(const struct settings *s)
{
	json_t *sizes = json_array(), *rows = json_array();

	for (size_t i = 0; i < s->nsizes; i++)
		json_array_append_new(sizes, json_integer((json_int_t)s->sizes[i]));
	for (size_t i = 0; i < s->nrows; i++)
		json_array_append_new(rows, json_string(s->rows[i]));
	return json_pack("{so, so, si, sf, ss, s[i, i]}", "rows", rows, "sizes", sizes, "rounds", (int)s->rounds,
			 "time_s", s->seconds, "cpu", placing_name(s->cpus.placing), "cpus", s->cpus.of[0],
			 s->cpus.of[1]);
}

json_t *bench_record(const struct plan *p)
{
	json_t *limits = limits_record(p);
	long long clock_ns = p->limits_lane.control ? p->limits_lane.control->clock_ns : 0;

	return json_pack("{si, ss, ss, so, so, si, si, sf, sb, sI, so, so, so}", "schema", RECORD_SCHEMA, "program",
			 "ipckit " IPCKIT_VERSION, "view", "bench", "machine", machine_record(), "settings",
			 settings_record(p->settings), "rounds", (int)p->rounds_done, "parts", (int)p->ngroups,
			 "elapsed_s", p->elapsed_s, "interrupted", (int)p->interrupted, "clock_ns",
			 (json_int_t)clock_ns, "drifted", drifted_record(limits), "limits", limits, "rows",
			 lanes_record(p));
}

bool bench_is_bare_ring(const json_t *row)
{
	return strcmp(record_text(row, "group"), "limit") == 0;
}

static bool could_not_run(const json_t *row, enum task task)
{
	const char *status = record_text(json_object_get(row, task_key(task)), "status");

	return strcmp(status, status_name(REFUSED)) == 0 || strcmp(status, status_name(UNSUPPORTED)) == 0;
}

bool bench_nothing_ran(const json_t *record)
{
	size_t i, rows = 0;
	json_t *row;

	json_array_foreach(json_object_get(record, "rows"), i, row) {
		if (bench_is_bare_ring(row))
			continue;
		if (!could_not_run(row, ROUND_TRIP) || !could_not_run(row, THROUGHPUT))
			return false;
		rows++;
	}
	return rows > 0;
}

bool bench_same_row(const json_t *a, const json_t *b)
{
	return strcmp(record_text(a, "variant"), record_text(b, "variant")) == 0 &&
	       strcmp(record_text(a, "extra"), record_text(b, "extra")) == 0 &&
	       bench_number(a, "size") == bench_number(b, "size");
}

static bool is_record(const json_t *record)
{
	const json_t *rows = json_object_get(record, "rows"), *row;
	size_t i;

	json_array_foreach(rows, i, row)
		if (!json_is_object(row))
			return false;
	return strcmp(record_text(record, "view"), "bench") == 0 && json_is_array(rows) &&
	       bench_number(record, "rounds") >= 0;
}

/* Which of the two a comparison is with would be left to chance. */
static bool has_a_row_twice(const json_t *record)
{
	const json_t *rows = json_object_get(record, "rows"), *row;
	size_t i;

	json_array_foreach(rows, i, row)
		for (size_t before = 0; before < i; before++)
			if (bench_same_row(json_array_get(rows, before), row))
				return true;
	return false;
}

/* What is wrong with it; NULL: nothing. */
static const char *unsound(const json_t *record)
{
	if (!is_record(record))
		return "not what 'ipckit bench --format=json' prints";
	if (json_integer_value(json_object_get(record, "schema")) != RECORD_SCHEMA)
		return "the record of another version, with another schema";
	return has_a_row_twice(record) ? "a row is in it twice, with the same size" : NULL;
}

json_t *bench_record_load(const char *path)
{
	char why[RECORD_WHY];
	json_t *record = record_load(path, why);
	const char *wrong = record ? unsound(record) : why;

	if (!wrong)
		return record;
	complain("%s: %s", path, wrong);
	json_decref(record);
	return NULL;
}

double bench_number(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

bool bench_holds(const json_t *array, const json_t *element)
{
	size_t i;
	json_t *member;

	json_array_foreach(array, i, member)
		if (json_equal(member, element))
			return true;
	return false;
}

unsigned long long bench_count(const json_t *object, const char *key)
{
	double n = bench_number(object, key);

	return n > 0 && n < MOST_COUNTED ? (unsigned long long)n : 0;
}

/* Records of the first version have neither low nor high. */
static double either(const json_t *s, const char *key, const char *other)
{
	return bench_number(s, json_object_get(s, key) ? key : other);
}

struct stats bench_stats(const json_t *object, const char *key)
{
	const json_t *s = json_object_get(object, key);

	return (struct stats){
		.n = (size_t)bench_count(s, "rounds"),
		.min = bench_number(s, "min"),
		.low = either(s, "low", "min"),
		.lower = bench_number(s, "lower"),
		.median = bench_number(s, "median"),
		.upper = bench_number(s, "upper"),
		.high = either(s, "high", "max"),
		.max = bench_number(s, "max"),
	};
}

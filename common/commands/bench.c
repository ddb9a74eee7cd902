#include "commands.h"

#include "bench/compare.h"
#include "bench/memory.h"
#include "bench/plot.h"
#include "bench/record.h"
#include "bench/ring.h"
#include "bench/rounds.h"
#include "bench/view.h"
#include "bench/yardstick.h"
#include "complain.h"
#include "process.h"
#include "report/record.h"
#include "supervisor.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

enum { MEMORY_SHARE = 2 };

/* What is to be shown: a record of before, or rows to be measured. */
struct wanted {
	json_t *old; /* to compare with, or NULL */
	json_t *record;
	struct settings settings;
	struct selection rows;
};

/* Each lane keeps a few open, and there may be hundreds of lanes: more than a shell's soft limit allows. */
static void allow_descriptors(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == -1)
		return;
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files) == -1)
		complain("bench: setrlimit: %s; there may be too few descriptors", strerror(errno));
}

static bool is_shown(const struct lane *l)
{
	return l->variant != &bare_ring && !l->unsuitable;
}

/* Of a row's lanes and tasks the first with that error. */
static bool is_first(const struct plan *p, const struct lane *lane, const struct cell *c)
{
	for (const struct lane *l = p->lanes; l <= lane; l++)
		for (int task = 0; task < TASKS && &l->outcome[task] != c; task++)
			if (l->variant == lane->variant && is_shown(l) && l->outcome[task].error == c->error &&
			    strcmp(l->outcome[task].call, c->call) == 0)
				return false;
	return true;
}

/* As in `run`: one line for each different error of a row. */
static void complain_of_errors(const struct plan *p)
{
	for (const struct lane *l = p->lanes; l < p->lanes + p->nlanes; l++)
		for (int task = 0; task < TASKS && is_shown(l); task++) {
			const struct cell *c = &l->outcome[task];
			if (c->error && is_first(p, l, c))
				complain("%s: %s: %s", l->variant->name, c->call, strerror(c->error));
		}
}

/* Measures; NULL: it has been said why not. */
static json_t *measure_rows(const struct wanted *w)
{
	struct plan plan = {0};
	json_t *record = NULL;

	if (plan_make(&plan, &w->settings, &w->rows, memory_available() / MEMORY_SHARE)) {
		supervisor_begin();
		allow_descriptors();
		rounds_run(&plan);
		supervisor_end();
		complain_of_errors(&plan);
		record = bench_record(&plan);
	}
	if (!record)
		complain("bench: no memory");
	plan_free(&plan);
	return record;
}

static int plots(const json_t *record, const char *folder)
{
	int error = bench_plots(record, folder);

	if (error)
		complain("%s: %s", folder, strerror(-error));
	return error;
}

/* What is printed when two records are compared. */
static int show_comparison(FILE *out, const json_t *old, const json_t *record, const struct options *o)
{
	json_t *comparison;
	bool worse;
	int error;

	if (!compare_have_common_row(old, record)) {
		complain("bench: %s: no row in common, so nothing is compared", o->compare);
		return EXIT_USAGE;
	}
	compare_conditions(old, record);
	comparison = compare_records(old, record);
	worse = compare_found_worse(comparison);
	error = compare_print(out, comparison, o->format);
	json_decref(comparison);
	return error || worse ? EXIT_SURPRISE : EXIT_AS_EXPECTED;
}

static int show(FILE *out, const json_t *old, const json_t *record, const struct options *o)
{
	int status = EXIT_AS_EXPECTED;

	if (old)
		status = show_comparison(out, old, record, o);
	else if (bench_print(out, record, o->format) != 0 || record_surprised(record))
		status = EXIT_SURPRISE;
	else if (bench_nothing_ran(record))
		status = EXIT_NOTHING_RUN;
	if (bench_limits_missed(record))
		status = EXIT_SURPRISE;
	if (o->plots && plots(record, o->plots) != 0)
		status = EXIT_SURPRISE;
	return status;
}

static bool measures(const struct options *o)
{
	return o->noperands > 0 || o->sizes || o->rounds || o->time || o->cpu;
}

/* All that can be wrong with what was asked for, before the output is emptied: it may be one of the records. */
static bool want(struct wanted *w, const struct options *o)
{
	if (o->from && measures(o)) {
		complain("bench: --from measures nothing: no ROW, --sizes, --rounds, --time or --cpu goes with it");
		return false;
	}
	w->old = o->compare ? bench_record_load(o->compare) : NULL;
	if (o->compare && !w->old)
		return false;
	w->record = o->from ? bench_record_load(o->from) : NULL;
	if (o->from ? !w->record
		    : !settings_parse(&w->settings, o) || !select_rows(&w->rows, o->operands, o->noperands))
		return false;
	return !o->plots || plot_folder(o->plots);
}

static int bench(const struct options *o)
{
	struct wanted w = {0};
	FILE *out = want(&w, o) ? options_open(o) : NULL;
	int status = EXIT_USAGE;

	if (out && !w.record)
		w.record = measure_rows(&w);
	if (w.record && out)
		status = show(out, w.old, w.record, o);
	if (out && !options_close(o, out))
		status = EXIT_SURPRISE;
	json_decref(w.record);
	json_decref(w.old);
	select_free(&w.rows);
	if (out && lane_stop_signal())
		process_end_by(lane_stop_signal());
	return status;
}

const struct command command_bench = {
	.name = "bench",
	.operands = "[ROW...]",
	.summary = "Times round trips and throughput of each row, as multiples of the machine's own limits.",
	.takes = TAKES_FORMAT | TAKES_OUTPUT | TAKES_SIZES | TAKES_PLOTS | TAKES_BENCH,
	.run = bench,
};

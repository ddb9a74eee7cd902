#include "commands.h"

#include "bench/compare.h"
#include "bench/memory.h"
#include "bench/plot.h"
#include "bench/record.h"
#include "bench/rounds.h"
#include "bench/view.h"
#include "bench/yardstick.h"
#include "complain.h"
#include "process.h"
#include "supervisor.h"

#include <signal.h>
#include <string.h>

enum { MEMORY_SHARE = 2 };

/* Measures; NULL: it has been said why not. */
static json_t *measure_rows(const struct options *o)
{
	struct settings settings;
	struct selection rows = {0};
	struct plan plan = {0};
	json_t *record = NULL;

	if (!settings_parse(&settings, o) || !select_rows(&rows, o->operands, o->noperands)) {
		select_free(&rows);
		return NULL;
	}
	if (plan_make(&plan, &settings, &rows, memory_available() / MEMORY_SHARE)) {
		supervisor_begin();
		rounds_run(&plan);
		supervisor_end();
		record = bench_record(&plan);
	}
	if (!record)
		complain("bench: no memory");
	plan_free(&plan);
	select_free(&rows);
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
	else if (bench_print(out, record, o->format) != 0 || bench_record_surprised(record))
		status = EXIT_SURPRISE;
	if (bench_limits_missed(record))
		status = EXIT_SURPRISE;
	if (o->plots && plots(record, o->plots) != 0)
		status = EXIT_SURPRISE;
	return status;
}

static int bench(const struct options *o)
{
	json_t *old = o->compare ? bench_record_load(o->compare) : NULL;
	json_t *record = NULL;
	FILE *out = o->compare && !old ? NULL : options_open(o);
	int status = EXIT_USAGE;

	if (out)
		record = o->from ? bench_record_load(o->from) : measure_rows(o);
	if (record)
		status = show(out, old, record, o);
	if (out && !options_close(o, out))
		status = EXIT_SURPRISE;
	json_decref(record);
	json_decref(old);
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

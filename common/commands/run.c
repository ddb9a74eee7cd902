#include "commands.h"

#include "complain.h"
#include "measure.h"
#include "report/fold.h"
#include "report/listing.h"
#include "report/record.h"

#include <string.h>

static int print(FILE *out, json_t *record, enum format format)
{
	bool ok = record && report_print(out, record, format) == 0; /* options_close() says what went wrong */
	int status = ok ? record_exit_status(record) : EXIT_SURPRISE;

	json_decref(record);
	return status;
}

static int run_view(const struct options *o, enum view view)
{
	struct selection s = {0};
	int status = EXIT_USAGE;
	FILE *out = NULL;

	if (select_rows(&s, o->operands, o->noperands) &&
	    (o->columns ? select_columns(&s, o->columns) : select_view(&s, view)))
		out = options_open(o); /* before anything is measured, and not when the names are wrong */
	if (out)
		status = print(out, measure(&s), o->format);
	if (out && !options_close(o, out))
		status = EXIT_SURPRISE;
	select_free(&s);
	return status;
}

static int run(const struct options *o)
{
	return run_view(o, VIEW_RUN);
}

static void print_questions(FILE *out, const struct selection *s)
{
	for (size_t i = 0; i < s->nprobes; i++)
		fold_entry(out, s->probes[i]->question, (size_t)fprintf(out, "%-14s ", s->probes[i]->name));
}

static int list_questions(const struct options *o)
{
	static const char *const members[] = {"name", "heading", "question", NULL};
	struct selection s = {0};
	FILE *out = NULL;
	json_t *record = NULL;
	bool ok = false;

	if (o->noperands)
		complain("matrix --question: takes no row, and is given '%s'", o->operands[0]);
	else if (o->columns ? select_columns(&s, o->columns) : select_view(&s, VIEW_MATRIX))
		out = options_open(o);
	if (!out) {
		select_free(&s);
		return EXIT_USAGE;
	}
	record = record_make(&(struct results){.probes = s.probes, .nprobes = s.nprobes});
	if (record && o->format == FORMAT_TABLE) {
		print_questions(out, &s);
		ok = true;
	} else if (record && o->format == FORMAT_JSON)
		ok = report_print(out, record, o->format) == 0;
	else if (record)
		ok = listing_print(out, json_object_get(record, "columns"), members, o->format) == 0;
	json_decref(record);
	select_free(&s);
	return options_close(o, out) && ok ? EXIT_AS_EXPECTED : EXIT_SURPRISE;
}

static int matrix(const struct options *o)
{
	return o->question ? list_questions(o) : run_view(o, VIEW_MATRIX);
}

const struct command command_run = {
	.name = "run",
	.operands = "[ROW...]",
	.summary = "Runs the same message through each row and prints who delivered it, with the evidence.",
	.takes = TAKES_FORMAT | TAKES_OUTPUT,
	.run = run,
};

const struct command command_matrix = {
	.name = "matrix",
	.operands = "[ROW...]",
	.summary = "Asks every question of each row: who can join, does it wake the reader, what if an end dies.",
	.takes = TAKES_FORMAT | TAKES_OUTPUT | TAKES_COLUMNS | TAKES_QUESTION,
	.run = matrix,
};

#include "measure.h"

#include "complain.h"
#include "report/record.h"
#include "report/surprise.h"
#include "supervisor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Cells mostly wait for processes to start and end: a few more of them than there are CPUs. */
static unsigned cells_at_once(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	return cpus > 0 ? 2 * (unsigned)cpus : 2;
}

/* The line that a user reads of a cell that could not be measured or surprises; empty where there is nothing to say. */
static void reason(const struct cell *c, bool surprises, char *line, size_t size)
{
	line[0] = '\0';
	if (c->error)
		snprintf(line, size, "%s: %s", c->call, strerror(c->error));
	else if (c->status == FAILED)
		snprintf(line, size, "%s", c->detail);
	else if (c->leak[0])
		snprintf(line, size, "%s", c->leak);
	else if (surprises && c->status == CRASHED)
		snprintf(line, size, "%s: %s", c->detail, strsignal(c->signal));
	else if (surprises && c->status == HUNG)
		snprintf(line, size, "hung: %s", c->detail);
}

/*
 * A column of the matrix alone is refused in each of several rows, for the same reason: no row is to blame. Returns the
 * first of these cells, or NULL.
 */
static const struct cell *columns_refusal(const struct results *r, size_t column)
{
	const struct cell *first = NULL;
	size_t rows = 0;

	for (size_t i = 0; i < r->nrows; i++) {
		const struct cell *c = &r->cells[i * r->nprobes + column];
		if (c->status == NOT_APPLICABLE)
			continue;
		first = first ? first : c;
		if ((c->status != REFUSED && c->status != UNSUPPORTED) || c->error != first->error ||
		    strcmp(c->call, first->call) != 0)
			return NULL;
		rows++;
	}
	return rows > 1 && !(r->probes[column]->views & VIEW_RUN) ? first : NULL;
}

static void complain_of_column(const struct results *r, size_t column)
{
	const struct cell *c = columns_refusal(r, column);
	char line[256];

	if (!c)
		return;
	reason(c, false, line, sizeof line);
	complain("%s: %s", r->probes[column]->name, line);
}

/* One line for each different reason of a row. */
static void complain_of_row(const struct results *r, size_t row)
{
	const struct cell *cells = &r->cells[row * r->nprobes];
	bool surprises = row_surprises(r, row);
	char line[256], earlier[256];

	for (size_t i = 0; i < r->nprobes; i++) {
		bool said = columns_refusal(r, i) != NULL;
		reason(&cells[i], surprises, line, sizeof line);
		for (size_t j = 0; j < i && !said; j++) {
			reason(&cells[j], surprises, earlier, sizeof earlier);
			said = strcmp(line, earlier) == 0;
		}
		if (line[0] && !said)
			complain("%s: %s", r->rows[row]->variant->name, line);
	}
}

/* The cells, or NULL. What a dead run has left is swept before anything can fail. */
static struct cell *run_jobs(const struct selection *s)
{
	size_t n = s->nrows * s->nprobes;
	struct cell *cells;
	struct job *jobs;

	supervisor_begin();
	cells = supervisor_cells(n);
	jobs = calloc(n, sizeof *jobs);
	if (cells && jobs) {
		for (size_t i = 0; i < n; i++)
			jobs[i] =
				(struct job){s->rows[i / s->nprobes]->variant, s->probes[i % s->nprobes], &cells[i]};
		supervisor_run(jobs, n, cells_at_once());
	} else {
		complain("%s: %s", cells ? "calloc" : "mmap", strerror(errno));
	}
	supervisor_end();
	cells = jobs ? cells : NULL;
	free(jobs);
	return cells;
}

static json_t *measure_and_tell(const struct selection *s, bool tell)
{
	struct cell *cells = run_jobs(s);
	struct results results = {
		.rows = s->rows, .nrows = s->nrows, .probes = s->probes, .nprobes = s->nprobes, .cells = cells};

	if (!cells)
		return NULL;
	for (size_t i = 0; tell && i < s->nrows; i++)
		complain_of_row(&results, i);
	for (size_t i = 0; tell && i < s->nprobes; i++)
		complain_of_column(&results, i);
	return record_make(&results);
}

json_t *measure(const struct selection *s)
{
	return measure_and_tell(s, true);
}

json_t *measure_quietly(const struct selection *s)
{
	return measure_and_tell(s, false);
}

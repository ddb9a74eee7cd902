#include "bench/plot.h"

#include "bench/record.h"
#include "bench/yardstick.h"
#include "complain.h"
#include "output.h"
#include "report/machine.h"
#include "report/text.h"
#include "report/words.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define US 1e3
#define MB 1e6

/* One picture. */
struct plot {
	const char *stem, *title, *axis;
	enum task task;
};

static const struct plot plots[] = {
	{"latency", "Round trip", "microseconds", ROUND_TRIP},
	{"throughput", "One way, every byte verified", "MB/s", THROUGHPUT},
};

static double value(const json_t *row, enum task task)
{
	const json_t *t = json_object_get(row, task_key(task));

	return task == ROUND_TRIP ? bench_stats(t, "ns").median / US : bench_number(t, "bytes_per_s") / MB;
}

static bool same_line(const json_t *a, const json_t *b)
{
	return strcmp(record_text(a, "variant"), record_text(b, "variant")) == 0 &&
	       strcmp(record_text(a, "extra"), record_text(b, "extra")) == 0;
}

/* The first row of its line that has a figure. */
static bool leads(const json_t *rows, size_t at, enum task task)
{
	const json_t *row = json_array_get(rows, at);

	if (!(value(row, task) > 0))
		return false;
	for (size_t i = 0; i < at; i++) {
		const json_t *before = json_array_get(rows, i);
		if (same_line(before, row) && value(before, task) > 0)
			return false;
	}
	return true;
}

static void put_line(FILE *out, const json_t *rows, size_t at, enum task task)
{
	const json_t *first = json_array_get(rows, at), *row;
	size_t i;

	fprintf(out, "$line%zu << END\n", at);
	json_array_foreach(rows, i, row)
		if (same_line(first, row) && value(row, task) > 0)
			fprintf(out, "%.0f %.6g\n", bench_number(row, "size"), value(row, task));
	fputs("END\n", out);
}

/* What the copy of a message alone would allow. */
static void put_copy(FILE *out, const json_t *record)
{
	size_t i;
	json_t *limit;

	fputs("$copy << END\n", out);
	json_array_foreach(json_object_get(record, "limits"), i, limit)
		if (bench_number(limit, "size") > 0)
			fprintf(out, "%.0f %.6g\n", bench_number(limit, "size"),
				bench_number(limit, "size") / bench_stats(limit, "ns").median * US);
	fputs("END\n", out);
}

static void put_limit(FILE *out, const json_t *record, const char *name, int dash)
{
	const json_t *limit = bench_limit(record, name, 0);

	if (limit)
		fprintf(out, ", \\\n %.6g title 'limit: %s' with lines dashtype %d linewidth 2 linecolor 'black'",
			bench_stats(limit, "ns").median / US, name, dash);
}

static void put_limits(FILE *out, const json_t *record, enum task task)
{
	if (task == ROUND_TRIP) {
		put_limit(out, record, "line", 3);
		put_limit(out, record, "futex", 2);
	} else
		fputs(", \\\n $copy using 1:2 smooth unique title 'limit: memcpy' with lines dashtype 2 linewidth 2 "
		      "linecolor 'black'",
		      out);
	fputc('\n', out);
}

/* Between single quotes, where gnuplot reads two of them as one; and on one line, since the next would be a command. */
static void put_quotable(FILE *out, const char *text)
{
	char *shown = text_shown(text);

	for (const char *c = shown; c && *c; c++)
		fprintf(out, "%s%c", *c == '\'' ? "'" : "", *c);
	free(shown);
}

/* gnuplot reads an underscore as "lower what follows" unless told otherwise. */
void plot_title(FILE *out, const json_t *record, const char *title)
{
	char machine[320];

	machine_words(json_object_get(record, "machine"), machine, sizeof machine);
	fprintf(out, "set title '%s, on ", title);
	put_quotable(out, machine);
	fputs("' noenhanced\n", out);
}

static bool has_line(const json_t *rows, enum task task)
{
	for (size_t i = 0; i < json_array_size(rows); i++)
		if (leads(rows, i, task))
			return true;
	return false;
}

static void put_script(FILE *out, const json_t *record, const struct plot *p)
{
	const json_t *rows = json_object_get(record, "rows");
	const char *before = "plot";

	if (!has_line(rows, p->task)) {
		fputs("# No row has a figure: there is nothing to draw.\n", out);
		complain("bench: %s.gp draws nothing: no row has a figure", p->stem);
		return;
	}
	put_copy(out, record);
	for (size_t i = 0; i < json_array_size(rows); i++)
		if (leads(rows, i, p->task))
			put_line(out, rows, i, p->task);
	plot_title(out, record, p->title);
	fprintf(out,
		"set xlabel 'bytes of a message'\nset ylabel '%s'\nset logscale xy\n"
		"set format x '%%.0b%%B'\nset logscale x 2\nset grid\nset key outside right noenhanced\n"
		"set terminal svg size 1200,700\nset output '%s.svg'\n",
		p->axis, p->stem);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *extra = record_text(row, "extra");
		if (!leads(rows, i, p->task))
			continue;
		fprintf(out, "%s $line%zu using 1:2 smooth unique title '", before, i);
		put_quotable(out, record_text(row, "variant"));
		fputs(*extra ? " " : "", out);
		put_quotable(out, extra);
		fputs("' with linespoints", out);
		before = ", \\\n";
	}
	put_limits(out, record, p->task);
	fprintf(out, "set terminal pngcairo size 1200,700\nset output '%s.png'\nreplot\n", p->stem);
}

/* Files can be made there. */
static int check_folder(const char *folder)
{
	char inside[PATH_MAX];

	if (output_folder(folder, 0777) == -1)
		return -errno;
	if (snprintf(inside, sizeof inside, "%s/.", folder) >= (int)sizeof inside)
		return -ENAMETOOLONG;
	return faccessat(AT_FDCWD, inside, W_OK | X_OK, AT_EACCESS) == -1 ? -errno : 0;
}

bool plot_folder(const char *folder)
{
	int error = *folder ? check_folder(folder) : 0;

	if (!*folder)
		complain("--plots: the name of a folder is missing");
	else if (error)
		complain("%s: %s", folder, strerror(-error));
	return *folder && !error;
}

FILE *plot_open(const char *folder, const char *stem)
{
	char path[PATH_MAX];
	FILE *out;
	int fd;

	if (output_folder(folder, 0777) == -1)
		return NULL;
	if (snprintf(path, sizeof path, "%s/%s.gp", folder, stem) >= (int)sizeof path) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	fd = output_open(path);
	out = fd == -1 || ftruncate(fd, 0) == -1 ? NULL : fdopen(fd, "w");
	if (!out && fd != -1) {
		int error = errno;
		close(fd);
		errno = error;
	}
	if (out)
		errno = 0; /* from here on it is that of a write: plot_close() */
	return out;
}

int plot_close(FILE *out)
{
	int error = output_arrived(out);

	return fclose(out) == EOF && !error ? -errno : error;
}

int bench_plots(const json_t *record, const char *folder)
{
	int error = 0;

	for (size_t i = 0; i < sizeof plots / sizeof plots[0] && !error; i++) {
		FILE *out = plot_open(folder, plots[i].stem);
		if (!out)
			return -errno;
		put_script(out, record, &plots[i]);
		error = plot_close(out);
	}
	return error;
}

#include "bench/cowview.h"

#include "bench/figures.h"
#include "bench/plot.h"
#include "bench/record.h"
#include "bench/settings.h"
#include "bytes.h"
#include "report/machine.h"
#include "report/record.h"
#include "report/text.h"
#include "report/words.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define US 1e3

static json_t *copied(const struct cow_case *c, size_t n)
{
	return c->source ? json_integer((json_int_t)n) : json_null();
}

static int put_error(char **words, const struct cow_case *c)
{
	if (c->signal)
		return asprintf(words, "killed by signal %d (%s)%s", c->signal, strsignal(c->signal),
				c->signal == SIGKILL ? ", which is what happens when memory runs out" : "");
	return asprintf(words, "%s%s%s", c->call, c->call[0] ? ": " : "", strerror(c->error));
}

/* "fork: Resource temporarily unavailable"; NULL where nothing failed. The caller frees it. */
static char *error_words(const struct cow_case *c)
{
	char *words = NULL;

	if ((c->error || c->signal) && put_error(&words, c) == -1)
		words = NULL;
	return words;
}

static json_t *case_record(const struct cow_case *c)
{
	double sorted[COW_FORKS];
	json_t *forks = json_array();
	char *error = error_words(c);
	json_t *record;
	struct stats s;

	for (int i = 0; i < COW_FORKS; i++)
		json_array_append_new(forks, json_real(c->fork_ns[i]));
	memcpy(sorted, c->fork_ns, sizeof sorted);
	s = stats_of(sorted, COW_FORKS);
	record = json_pack("{ss, sI, sb, sI, sf, so, s{sf, sf, sf}, sf, sf, sI, sf, sf, so, so, ss?, ss*}", "heap",
			   heap_name(c->heap), "size", (json_int_t)c->size, "measured", (int)c->measured, "huge",
			   (json_int_t)c->huge, "fill_page_ns", c->fill_ns, "forks_ns", forks, "fork_ns", "min",
			   s.min, "median", s.median, "max", s.max, "vfork_ns", c->vfork_ns, "spawn_ns", c->spawn_ns,
			   "pages", (json_int_t)c->pages, "child_page_ns", c->child_ns, "parent_page_ns",
			   c->parent_ns, "child_copied", copied(c, c->child_copied), "parent_copied",
			   copied(c, c->parent_copied), "copied_source", c->source, "error", error);
	free(error);
	return record;
}

json_t *cow_record(const struct cow_case *cases, size_t n, bool interrupted)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, case_record(&cases[i]));
	return json_pack("{si, ss, ss, so, sb, so}", "schema", RECORD_SCHEMA, "program", "ipckit " IPCKIT_VERSION,
			 "view", "cow", "machine", machine_record(), "interrupted", (int)interrupted, "cases", list);
}

/* "1024 of 1024" */
static void put_copied(struct figures *s, const json_t *c, const char *key)
{
	if (json_is_integer(json_object_get(c, key)))
		figures_put(s, "%.0f/%.0f", bench_number(c, key), bench_number(c, "pages"));
	else
		figures_put(s, "%s", "unknown");
}

static void add_case(struct figures *s, const json_t *c)
{
	static const char *const figures[] = {"vfork_ns", "spawn_ns", "fill_page_ns", "child_page_ns",
					      "parent_page_ns"};
	struct stats fork = bench_stats(c, "fork_ns");
	double size = bench_number(c, "size");
	char text[24];

	figures_put(s, "%s", record_text(c, "heap"));
	figures_put(s, "%s", bytes_words((size_t)size, text));
	figures_put(s, "%.0f%%", 100 * bench_number(c, "huge") / size);
	figures_put_number(s, fork.median / US);
	figures_put_number(s, fork.max / US);
	for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
		figures_put_number(s, bench_number(c, figures[i]) / US);
	put_copied(s, c, "child_copied");
	put_copied(s, c, "parent_copied");
}

/* Nothing where there is no figure; never an exponent. */
static void put_raw(struct figures *s, const json_t *c, const char *key, int digits)
{
	if (json_is_number(json_object_get(c, key)))
		figures_put(s, "%.*f", digits, bench_number(c, key));
	else
		figures_put(s, "%s", "");
}

static void put_case(struct figures *s, const json_t *c)
{
	static const char *const times[] = {"vfork_ns", "spawn_ns", "fill_page_ns", "child_page_ns",
					    "parent_page_ns"};
	static const char *const counts[] = {"pages", "child_copied", "parent_copied"};
	bool measured = json_is_true(json_object_get(c, "measured"));
	const json_t *figures = measured ? c : NULL, *fork = json_object_get(figures, "fork_ns");

	figures_put(s, "%s", record_text(c, "heap"));
	put_raw(s, c, "size", 0);
	figures_put(s, "%s", measured ? "true" : "false");
	figures_put(s, "%s", record_text(c, "error"));
	put_raw(s, figures, "huge", 0);
	put_raw(s, fork, "min", 0);
	put_raw(s, fork, "median", 0);
	put_raw(s, fork, "max", 0);
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
		put_raw(s, figures, times[i], 1);
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		put_raw(s, figures, counts[i], 0);
	figures_put(s, "%s", record_text(figures, "copied_source"));
}

static const char *const csv_headings[] = {"heap",
					   "size_bytes",
					   "measured",
					   "error",
					   "huge_bytes",
					   "fork_min_ns",
					   "fork_median_ns",
					   "fork_max_ns",
					   "vfork_ns",
					   "spawn_ns",
					   "fill_page_ns",
					   "child_page_ns",
					   "parent_page_ns",
					   "written_pages",
					   "child_copied_pages",
					   "parent_copied_pages",
					   "copied_source",
					   NULL};

static int print_csv(FILE *out, const json_t *record)
{
	struct figures s;
	size_t i;
	json_t *c;
	int bad;

	figures_begin(&s, csv_headings);
	json_array_foreach(json_object_get(record, "cases"), i, c)
		put_case(&s, c);
	bad = figures_print(out, &s, FORMAT_CSV);
	figures_free(&s);
	return bad;
}

/* Of cases that were not measured nothing is told. */
static bool any_told_by(const json_t *record, const char *source)
{
	size_t i;
	json_t *c;

	json_array_foreach(json_object_get(record, "cases"), i, c)
		if (json_is_true(json_object_get(c, "measured")) &&
		    strcmp(record_text(c, "copied_source"), source) == 0)
			return true;
	return false;
}

/* What the last two columns rest on where it is not the page frames, and what it takes to have those. */
static void print_source(FILE *out, const json_t *record)
{
	if (any_told_by(record, "bits 56/61"))
		fputs("Page frames take CAP_SYS_ADMIN, which root has. Without them a page counts as copied\n"
		      "where it is private and only its writer maps it (bits 56/61 of /proc/PID/pagemap).\n",
		      out);
	if (any_told_by(record, ""))
		fputs("unknown: it takes /proc/PID/pagemap of both processes, and pages not swapped out.\n", out);
}

static void print_unmeasured(FILE *out, const json_t *record)
{
	size_t i;
	json_t *c;

	json_array_foreach(json_object_get(record, "cases"), i, c) {
		const char *error = record_text(c, "error");
		char size[24];
		if (json_is_true(json_object_get(c, "measured")))
			continue;
		fprintf(out, "%s %s: not measured%s%s\n", record_text(c, "heap"),
			bytes_words(bench_count(c, "size"), size), *error ? ": " : "", error);
	}
}

static void print_notes(FILE *out, const json_t *record)
{
	char machine[320];

	machine_words(json_object_get(record, "machine"), machine, sizeof machine);
	fputs("\nMeasured on ", out);
	text_put_ascii(out, machine);
	fputs(".\n", out);
	fputs("Times in us. FORK, MAX, VFORK, SPAWN: until the call returns in the parent; VFORK\n"
	      "with _exit() in the child. TOUCH: the first touch of a page before the fork, of up to\n"
	      "1024 one after the other. CHILD, PARENT: the first write to a page after it, each to\n"
	      "pages of its own. COPIED, BY PARENT: how many of the child's, of the parent's, then\n"
	      "lie in another page frame.\n",
	      out);
	print_source(out, record);
	print_unmeasured(out, record);
	if (json_is_true(json_object_get(record, "interrupted")))
		fputs("Interrupted: this is what there was until then.\n", out);
}

int cow_print(FILE *out, const json_t *record, enum format format)
{
	static const char *const headings[] = {"-MEMORY", "SIZE",  "HUGE",   "FORK",   "MAX",       "VFORK", "SPAWN",
					       "TOUCH",   "CHILD", "PARENT", "COPIED", "BY PARENT", NULL};
	struct figures s;
	size_t i;
	json_t *c;
	int bad;

	if (format == FORMAT_JSON)
		return figures_dump(out, record);
	if (format == FORMAT_CSV)
		return print_csv(out, record);
	figures_begin(&s, headings);
	json_array_foreach(json_object_get(record, "cases"), i, c)
		if (json_is_true(json_object_get(c, "measured")))
			add_case(&s, c);
	bad = figures_print(out, &s, format);
	figures_free(&s);
	print_notes(out, record);
	return bad;
}

static void put_data(FILE *out, const json_t *record, enum heap heap)
{
	size_t i;
	json_t *c;

	fprintf(out, "$%s << END\n", heap_name(heap));
	json_array_foreach(json_object_get(record, "cases"), i, c)
		if (json_is_true(json_object_get(c, "measured")) &&
		    strcmp(record_text(c, "heap"), heap_name(heap)) == 0)
			fprintf(out, "%.0f %.6g %.6g %.6g %.6g %.6g\n", bench_number(c, "size"),
				bench_stats(c, "fork_ns").median / US, bench_number(c, "vfork_ns") / US,
				bench_number(c, "spawn_ns") / US, bench_number(c, "child_page_ns") / US,
				bench_number(c, "parent_page_ns") / US);
	fputs("END\n", out);
}

static bool has_figures(const json_t *record, enum heap heap)
{
	size_t i;
	json_t *c;

	json_array_foreach(json_object_get(record, "cases"), i, c)
		if (json_is_true(json_object_get(c, "measured")) &&
		    strcmp(record_text(c, "heap"), heap_name(heap)) == 0)
			return true;
	return false;
}

enum { MOST_LINES = 6 };

static const struct panel {
	const char *title;
	struct {
		enum heap heap;
		int column; /* of put_data(); 0 = no line */
		const char *title, *style;
	} lines[MOST_LINES];
} panels[] = {
	{"fork(): what it takes until the parent goes on",
	 {{HEAP_PRIVATE, 2, "fork, private", "linespoints"},
	  {HEAP_HUGE, 2, "fork, huge pages", "linespoints"},
	  {HEAP_SHARED, 2, "fork, MAP_SHARED", "linespoints"},
	  {HEAP_PRIVATE, 4, "posix_spawn", "lines dashtype 2"},
	  {HEAP_PRIVATE, 3, "vfork", "lines dashtype 2"}}},
	{"the first write to a page after it",
	 {{HEAP_PRIVATE, 5, "child, private", "linespoints"},
	  {HEAP_HUGE, 5, "child, huge pages", "linespoints"},
	  {HEAP_SHARED, 5, "child, MAP_SHARED", "linespoints"},
	  {HEAP_PRIVATE, 6, "parent, private", "linespoints dashtype 2"},
	  {HEAP_HUGE, 6, "parent, huge pages", "linespoints dashtype 2"},
	  {HEAP_SHARED, 6, "parent, MAP_SHARED", "linespoints dashtype 2"}}},
};

/* gnuplot takes no plot without a single point: where there is none, the picture says so. */
static void put_panel(FILE *out, const json_t *record, const struct panel *p)
{
	const char *before = "plot ";

	plot_title(out, record, p->title);
	for (size_t i = 0; i < MOST_LINES; i++) {
		if (p->lines[i].column == 0 || !has_figures(record, p->lines[i].heap))
			continue;
		fprintf(out, "%s$%s using 1:%d title '%s' with %s", before, heap_name(p->lines[i].heap),
			p->lines[i].column, p->lines[i].title, p->lines[i].style);
		before = ", \\\n ";
	}
	if (*before == 'p')
		fputs("set xrange [1:2]\nset yrange [1:2]\n"
		      "set label 'nothing was measured' at graph 0.5,0.5 center\nplot NaN notitle",
		      out);
	fputc('\n', out);
}

static void put_picture(FILE *out, const json_t *record, const char *terminal, const char *ending)
{
	fprintf(out, "set terminal %s size 1200,1100\nset output 'cow.%s'\nset multiplot layout 2,1\n", terminal,
		ending);
	for (size_t i = 0; i < sizeof panels / sizeof panels[0]; i++)
		put_panel(out, record, &panels[i]);
	fputs("unset multiplot\nunset output\n", out);
}

static void put_script(FILE *out, const json_t *record)
{
	for (int i = 0; i < HEAPS; i++)
		put_data(out, record, (enum heap)i);
	fputs("set xlabel 'bytes in memory'\n"
	      "set ylabel 'microseconds'\nset logscale xy\nset logscale x 2\nset format x '%.0b%B'\nset grid\n"
	      "set key outside right noenhanced\n",
	      out);
	put_picture(out, record, "svg", "svg");
	put_picture(out, record, "pngcairo", "png");
}

int cow_plot(const json_t *record, const char *folder)
{
	FILE *out = plot_open(folder, "cow");

	if (!out)
		return -errno;
	put_script(out, record);
	return plot_close(out);
}

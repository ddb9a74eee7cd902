#include "commands.h"

#include "bench/cowview.h"
#include "bench/lane.h"
#include "bench/plot.h"
#include "bench/settings.h"
#include "bytes.h"
#include "cell.h"
#include "complain.h"
#include "process.h"
#include "report/progress.h"
#include "supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* 64 GiB, or what a pointer can count. */
static const size_t largest_heap = sizeof(size_t) > 4 ? (SIZE_MAX >> 28) + 1 : SIZE_MAX;

static const char default_sizes[] = "1M,4M,16M,64M,256M,1G";

/* Whole pages, two at least: one for each process. */
static size_t whole_pages(size_t size)
{
	size_t two = 2 * (size_t)sysconf(_SC_PAGESIZE);

	return size < two ? two : size / two * two;
}

static bool has_size(const struct cow_case *cases, size_t n, size_t size)
{
	for (size_t i = 0; i < n; i++)
		if (cases[i].size == size)
			return true;
	return false;
}

/* Every kind of memory in a size, if there is room for it and unless it is there already. Returns how many there are then. */
static size_t add_size(struct cow_case *cases, size_t n, size_t asked, size_t largest)
{
	size_t size = whole_pages(asked);
	char text[24], whole[24];

	if (asked > largest) {
		complain("cow: %s is left out: it is more than a quarter of the available memory",
			 bytes_words(asked, text));
		return n;
	}
	if (size != asked)
		complain("cow: %s is taken as %s: parent and child write to as many whole pages",
			 bytes_words(asked, text), bytes_words(size, whole));
	if (has_size(cases, n, size))
		return n;
	for (int heap = 0; heap < HEAPS; heap++)
		cases[n++] = (struct cow_case){.heap = (enum heap)heap, .size = size};
	return n;
}

static size_t list_cases(struct cow_case *cases, const size_t *sizes, size_t nsizes)
{
	size_t largest = cow_largest(), n = 0;

	for (size_t i = 0; i < nsizes; i++)
		n = add_size(cases, n, sizes[i], largest);
	return n;
}

static void run_cases(struct cow_case *cases, size_t n)
{
	supervisor_begin();
	for (size_t i = 0; i < n; i++) {
		char text[24];
		progress_show("%zu of %zu: %s %s", i + 1, n, heap_name(cases[i].heap),
			      bytes_words(cases[i].size, text));
		if (!cow_run(&cases[i]))
			break;
	}
	progress_hide();
	supervisor_end();
}

/* Nothing could be run where no size fits, or where every case is refused or unsupported. */
static int exit_status(const struct cow_case *cases, size_t n)
{
	size_t measured = 0, could_not = 0;

	for (size_t i = 0; i < n; i++) {
		measured += cases[i].measured;
		could_not += cell_status_of(cases[i].error) != FAILED;
	}
	if (could_not == n)
		return EXIT_NOTHING_RUN;
	return measured == n ? EXIT_AS_EXPECTED : EXIT_SURPRISE;
}

static int show(FILE *out, const struct cow_case *cases, size_t n, const struct options *o)
{
	json_t *record = cow_record(cases, n, lane_stop_signal() != 0);
	int error = record ? cow_print(out, record, o->format) : -ENOMEM;

	if (error)
		complain("cow: %s", strerror(-error));
	else if (o->plots && (error = cow_plot(record, o->plots)) != 0)
		complain("%s: %s", o->plots, strerror(-error));
	json_decref(record);
	return error ? EXIT_SURPRISE : exit_status(cases, n);
}

static int cow(const struct options *o)
{
	size_t sizes[MOST_SIZES], nsizes, n;
	struct cow_case *cases;
	FILE *out;
	int status = EXIT_SURPRISE;

	if (o->noperands > 0) {
		complain("cow: it takes no rows");
		return EXIT_USAGE;
	}
	if (!sizes_parse(o->sizes ? o->sizes : default_sizes, largest_heap, sizes, &nsizes))
		return EXIT_USAGE;
	if (o->plots && !plot_folder(o->plots))
		return EXIT_USAGE;
	out = options_open(o);
	if (!out)
		return EXIT_USAGE;
	cases = cow_cases(HEAPS * MOST_SIZES);
	if (cases) {
		n = list_cases(cases, sizes, nsizes);
		run_cases(cases, n);
		status = show(out, cases, n, o);
	} else
		complain("cow: mmap: %s", strerror(errno));
	if (!options_close(o, out))
		status = EXIT_SURPRISE;
	if (lane_stop_signal())
		process_end_by(lane_stop_signal());
	return status;
}

const struct command command_cow = {
	.name = "cow",
	.operands = "",
	.summary = "Shows what fork() and the first write after it cost as the memory of a process grows.",
	.takes = TAKES_FORMAT | TAKES_OUTPUT | TAKES_SIZES | TAKES_PLOTS,
	.run = cow,
};

/*
 * fuzz_report.c - the lines of a warden, which runs beside what a student wrote: the first byte says of which level; whatever
 * they say, no item has more points than it is worth, and no line changes what it is not about
 */
#include "grade/findings.h"
#include "grade/rubric.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_items(const json_t *items, unsigned score)
{
	size_t i;
	json_t *item;
	double sum = 0;

	if (score > 10000 || json_array_size(items) == 0)
		abort();
	json_array_foreach(items, i, item) {
		double points = json_number_value(json_object_get(item, "points"));
		double reached = json_number_value(json_object_get(item, "score"));
		if (reached < 0 || reached > points)
			abort();
		sum += reached;
	}
	if (sum * 100 > score + 1)
		abort();
}

/* Reads those lines alone that begin with a '#', or the others. */
static void read_some(struct findings *f, const char *report, bool marked)
{
	char *some = calloc(1, strlen(report) + 1), *to = some;

	for (const char *line = report; *line;) {
		size_t length = strcspn(line, "\n");
		length += line[length] == '\n';
		if ((*line == '#') == marked)
			to = mempcpy(to, line, length);
		line += length;
	}
	findings_read(f, some);
	free(some);
}

/* An item is written into an array, and what follows that must not have come from there. */
static void check_findings(const struct findings *all, const char *report)
{
	struct findings items, marks;

	read_some(&items, report, false);
	read_some(&marks, report, true);
	if (memcmp(all->items, items.items, sizeof items.items) != 0)
		abort();
	if (all->ended != marks.ended || strcmp(all->seed, marks.seed) != 0 || strcmp(all->kcmp, marks.kcmp) != 0 ||
	    strcmp(all->grader, marks.grader) != 0)
		abort();
}

static void grade(const char *report, const struct level *level)
{
	struct findings findings;
	unsigned score = 0;
	json_t *items;

	findings_read(&findings, report);
	check_findings(&findings, report);
	rubric_settle(&findings, level);
	items = rubric_items(&findings, level, 1, &score);
	check_items(items, score);
	json_decref(items);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *report;

	if (size == 0)
		return 0;
	report = strndup((const char *)data + 1, size - 1);
	grade(report, &levels[data[0] % levels_count]);
	free(report);
	return 0;
}

/*
 * fuzz_report.c - the lines of a warden, which runs beside what a student wrote: the first byte says of which level; whatever
 * they say, no item has more points than it is worth
 */
#if __has_include("grade/findings.h")
#include "grade/findings.h"
#include "grade/rubric.h"
#endif

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#if __has_include("grade/findings.h")
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

static void grade(const char *report, const struct level *level)
{
	struct findings findings;
	unsigned score = 0;
	json_t *items;

	findings_read(&findings, report);
	rubric_settle(&findings, level);
	items = rubric_items(&findings, level, 1, &score);
	check_items(items, score);
	json_decref(items);
}
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *report;

	if (size == 0)
		return 0;
	report = strndup((const char *)data + 1, size - 1);
#if __has_include("grade/findings.h")
	grade(report, &levels[data[0] % levels_count]);
#endif
	free(report);
	return 0;
}

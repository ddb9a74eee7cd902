#include "grade/formats/printers.h"
#include "grade/formats/reading.h"
#include "report/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { OUTPUT_MAX = 8000 }; /* bytes of what the student's code printed */

/* "text" everywhere: simple_format, which is the default of some fields, lets HTML through. */
static json_t *test_of(const json_t *item, int group, int place)
{
	char number[32];

	snprintf(number, sizeof number, "%d.%d", group, place);
	return json_pack("{s:f, s:f, s:s, s:o, s:s, s:s, s:o, s:s, s:[s], s:s, s:{s:s, s:s}}", "score",
			 grade_number(item, "score"), "max_score", grade_number(item, "points"), "status",
			 grade_passed(item) ? "passed" : "failed", "name",
			 grade_own(grade_line(record_text(item, "title"), OUTPUT_MAX)), "name_format", "text",
			 "number", number, "output", grade_own(grade_remark(item)), "output_format", "text", "tags",
			 record_text(item, "group"), "visibility", "visible", "extra_data", "id",
			 record_text(item, "id"), "status", record_text(item, "status"));
}

static json_t *tests_of(const json_t *record)
{
	json_t *tests = json_array();
	const char *before = "";
	size_t i;
	json_t *item;
	int group = 0, place = 0, bad = 0;

	json_array_foreach(json_object_get(record, "items"), i, item) {
		const char *name = record_text(item, "group");
		bool same = group > 0 && strcmp(name, before) == 0;
		group += !same;
		place = same ? place + 1 : 1;
		before = name;
		bad |= json_array_append_new(tests, test_of(item, group, place));
	}
	if (!bad)
		return tests;
	json_decref(tests);
	return NULL;
}

static char *output_of(const json_t *record)
{
	char *summary = grade_summary(record);
	char *printed = grade_lines(record_text(record, "output"), OUTPUT_MAX);
	char *text = NULL;

	if (summary && printed &&
	    asprintf(&text, "%s%s%s", summary, printed[0] ? "\nWhat the code printed:\n" : "", printed) == -1)
		text = NULL;
	free(summary);
	free(printed);
	return text;
}

static json_t *extra_of(const json_t *record)
{
	static const char *const keys[] = {"schema", "program", "level", "submission", "attempt",
					   "status", "error",   "seed",  "isolation",  "controls"};
	json_t *extra = json_object();

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (json_object_get(record, keys[i]))
			json_object_set(extra, keys[i], json_object_get(record, keys[i]));
	return extra;
}

/* No score at all where there is none: the platform then reports a failed autograder instead of 0 points. */
static int add_scores(json_t *results, const json_t *record)
{
	if (!grade_graded(record))
		return 0;
	return json_object_set_new(results, "score", json_real(grade_number(record, "score"))) |
	       json_object_set_new(results, "tests", tests_of(record));
}

int grade_gradescope(FILE *page, const json_t *record, const struct look *look)
{
	json_t *results =
		json_pack("{s:f, s:o, s:s, s:s, s:s, s:s, s:s, s:o}", "execution_time",
			  grade_number(record, "seconds"), "output", grade_own(output_of(record)), "output_format",
			  "text", "test_output_format", "text", "test_name_format", "text", "visibility", "visible",
			  "stdout_visibility", "hidden", "extra_data", extra_of(record));
	int bad = !results || add_scores(results, record) != 0 ||
		  json_dumpf(results, page, JSON_INDENT(1) | JSON_ENSURE_ASCII | GRADE_DUMP) != 0;

	(void)look;
	fputc('\n', page);
	json_decref(results);
	return bad ? -ENOMEM : 0;
}

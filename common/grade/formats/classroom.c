#include "grade/formats/printers.h"
#include "grade/formats/reading.h"
#include "report/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * The reporter prints two totals: its table counts passed tests, its notice adds up their scores. Only the notice reaches
 * the teacher, and only there items of different weights are right, so each item is a test with its own score.
 */

enum { TEXT_MAX = 400 }; /* bytes of one text: the result travels in an environment variable, which holds 128 KiB */

/* So many that 2.73 is 2.73, and that a sum of 100 is. */
#define DIGITS (JSON_REAL_PRECISION(15))

/* Text without any command of a workflow in it, whatever it says. Frees it. */
static json_t *defused(char *raw)
{
	char *text = raw ? grade_defused(raw) : NULL;

	free(raw);
	return grade_own(text);
}

static const char *status_of(const json_t *item)
{
	return grade_passed(item) ? "pass" : "fail";
}

static json_t *test(char *name, const char *status, double score, char *message)
{
	return json_pack("{s:o, s:s, s:f, s:o, s:s, s:s, s:i, s:i}", "name", defused(name), "status", status, "score",
			 score, "message", defused(message), "test_code", "", "filename", "", "line_no", 0,
			 "duration", 0);
}

/* As the reporter adds them up, in binary. */
static double sum_of(const json_t *tests)
{
	double sum = 0;
	size_t i;
	json_t *test;

	json_array_foreach(tests, i, test)
		sum += grade_number(test, "score");
	return sum;
}

static void move(json_t *tests, size_t from, size_t to)
{
	json_t *test = json_incref(json_array_get(tests, from));

	json_array_remove(tests, from);
	json_array_insert_new(tests, to, test);
}

/* Full marks must read 100, not 99.99…: which they do depends on what is added last. */
static bool settle(json_t *tests, double total, int moves)
{
	const size_t n = json_array_size(tests);

	if (sum_of(tests) == total)
		return true;
	for (size_t i = n; moves > 0 && i-- > 0;) {
		move(tests, i, n - 1);
		if (settle(tests, total, moves - 1))
			return true;
		move(tests, n - 1, i);
	}
	return false;
}

/* The last one takes what rounding left. */
static void settle_by_rest(json_t *tests, double total)
{
	json_t *last = json_array_get(tests, json_array_size(tests) - 1);

	if (!last)
		return;
	json_object_set_new(last, "score", json_real(0));
	json_object_set_new(last, "score", json_real(total - sum_of(tests)));
}

static json_t *graded(const json_t *record)
{
	double score = grade_number(record, "score"), most = grade_number(record, "max_score");
	json_t *tests = json_array();
	size_t i;
	json_t *item;
	int bad = 0;

	json_array_foreach(json_object_get(record, "items"), i, item) {
		char *title = grade_line(record_text(item, "title"), TEXT_MAX);
		char *message = grade_remark_within(item, TEXT_MAX);
		bad |= json_array_append_new(tests,
					     test(title, status_of(item), grade_number(item, "score"), message));
	}
	if (!settle(tests, score, 2))
		settle_by_rest(tests, score);
	if (bad)
		json_decref(tests);
	return bad ? NULL
		   : json_pack("{s:i, s:s, s:f, s:o}", "version", 1, "status", score < most ? "fail" : "pass",
			       "max_score", most, "tests", tests);
}

/* Without a max_score no points are reported at all, so nobody gets 0. */
static json_t *not_graded(const json_t *record)
{
	char *why = grade_failure(record);

	return json_pack("{s:i, s:s, s:i, s:[o]}", "version", 1, "status", "error", "max_score", 0, "tests",
			 test(strdup("grader"), "error", 0, why));
}

int grade_classroom(FILE *page, const json_t *record, const struct look *look)
{
	json_t *result = grade_graded(record) ? graded(record) : not_graded(record);
	int bad = !result || json_dumpf(result, page, JSON_ENSURE_ASCII | JSON_COMPACT | DIGITS) != 0;

	(void)look;
	fputc('\n', page);
	json_decref(result);
	return bad ? -ENOMEM : 0;
}

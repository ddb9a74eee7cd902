#include "grade/formats/printers.h"
#include "grade/formats/reading.h"
#include "report/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 8000 };

/* The bytes of U+FFFE and U+FFFF, which XML has no place for even as a reference. */
static bool forbidden(const char *c)
{
	return strncmp(c, "\xef\xbf\xbe", 3) == 0 || strncmp(c, "\xef\xbf\xbf", 3) == 0;
}

/* Control characters are already spelled out in the text that comes here. */
static void put_xml(FILE *page, const char *text)
{
	for (const char *c = text; *c; c++) {
		if (forbidden(c)) {
			fputs("\xef\xbf\xbd", page);
			c += 2;
		} else if (*c == '&') {
			fputs("&amp;", page);
		} else if (*c == '<') {
			fputs("&lt;", page);
		} else if (*c == '>') {
			fputs("&gt;", page);
		} else if (*c == '"') {
			fputs("&quot;", page);
		} else if (*c == '\n') {
			fputs("&#10;", page);
		} else {
			fputc(*c, page);
		}
	}
}

/* Frees the text. */
static int put_own(FILE *page, const char *before, char *text, const char *after)
{
	if (!text)
		return -ENOMEM;
	fputs(before, page);
	put_xml(page, text);
	fputs(after, page);
	free(text);
	return 0;
}

static bool is(const json_t *item, const char *status)
{
	return strcmp(record_text(item, "status"), status) == 0;
}

static int put_case(FILE *page, const json_t *record, const json_t *item)
{
	int bad = put_own(page, "  <testcase classname=\"", grade_line(record_text(record, "level"), TEXT_MAX), ".");

	bad |= put_own(page, "", grade_line(record_text(item, "group"), TEXT_MAX), "\" name=\"");
	bad |= put_own(page, "", grade_line(record_text(item, "title"), TEXT_MAX), "\" time=\"0\">");
	if (is(item, "not_checkable"))
		bad |= put_own(page, "<skipped message=\"", grade_remark(item), "\"/>");
	else if (!grade_passed(item))
		bad |= put_own(page, "<failure message=\"", grade_remark(item), "\"/>");
	fputs("</testcase>\n", page);
	return bad;
}

static int put_error(FILE *page, const json_t *record)
{
	fputs("  <testcase classname=\"ipckit\" name=\"grader\" time=\"0\">", page);
	int bad = put_own(page, "<error message=\"", grade_failure(record), "\"/>");
	fputs("</testcase>\n", page);
	return bad;
}

static int put_suite(FILE *page, const json_t *record, size_t failed, size_t skipped)
{
	bool graded = grade_graded(record);
	size_t tests = graded ? json_array_size(json_object_get(record, "items")) : 1;
	int bad = put_own(page, "<testsuite name=\"", grade_line(grade_student(record), TEXT_MAX), "\"");

	fprintf(page, " tests=\"%zu\" failures=\"%zu\" errors=\"%d\" skipped=\"%zu\" time=\"", tests, failed, !graded,
		skipped);
	grade_put_number(page, grade_number(record, "seconds"));
	fputs("\">\n", page);
	return bad;
}

static int put_cases(FILE *page, const json_t *record)
{
	const json_t *items = json_object_get(record, "items");
	size_t failed = 0, skipped = 0, i;
	json_t *item;
	int bad;

	json_array_foreach(items, i, item) {
		skipped += is(item, "not_checkable");
		failed += !is(item, "not_checkable") && !grade_passed(item);
	}
	bad = put_suite(page, record, failed, skipped);
	json_array_foreach(items, i, item)
		bad |= put_case(page, record, item);
	return bad;
}

int grade_junit(FILE *page, const json_t *record, const struct look *look)
{
	int bad;

	(void)look;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", page);
	bad = grade_graded(record) ? put_cases(page, record)
				   : put_suite(page, record, 0, 0) | put_error(page, record);
	bad |= put_own(page, "  <system-out>", grade_summary(record), "</system-out>\n");
	fputs("</testsuite>\n</testsuites>\n", page);
	return bad ? -ENOMEM : 0;
}

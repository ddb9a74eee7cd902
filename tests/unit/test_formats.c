/*
 * test_formats.c - the views of canonical records: what the platforms read, and what hostile text must not do to them
 */
#include "../grading/schema.h"
#include "grade/formats.h"
#include "grade/formats/printers.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const char *const graded[] = {"full", "full_scaled", "partial", "hang", "hostile", "predict"};
static const char *const formats[] = {"table",      "json",      "csv",     "markdown",
				      "gradescope", "classroom", "autolab", "junit"};

static json_t *load(const char *folder, const char *name)
{
	char path[200];
	json_error_t error;

	snprintf(path, sizeof path, "tests/grading/%s/%s.json", folder, name);
	json_t *value = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!value)
		fail_msg("%s: line %d: %s", path, error.line, error.text);
	return value;
}

static json_t *record(const char *name)
{
	return load("records", name);
}

/* Not inlined, or else gcc takes what open_memstream() makes for the variable that points to it. */
__attribute__((noinline)) static char *printed(const json_t *r, const char *format)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(grade_print(out, r, format), 0);
	fclose(out);
	return text;
}

static json_t *parsed(const char *text)
{
	json_error_t error;
	json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!value)
		fail_msg("not JSON: %s in %s", error.text, text);
	return value;
}

/* Of one record in one format that is JSON. */
static json_t *view(const char *name, const char *format)
{
	json_t *r = record(name);
	char *text = printed(r, format);
	json_t *value = parsed(text);

	free(text);
	json_decref(r);
	return value;
}

static void assert_fits(const char *name, json_t *value)
{
	json_t *schema = load("schemas", name);
	struct schema_fault fault;

	if (!schema_check(schema, value, name, &fault))
		fail_msg("%s: %s", fault.where, fault.what);
	json_decref(schema);
}

static double number(const json_t *value, const char *key)
{
	assert_true(json_is_number(json_object_get(value, key)));
	return json_number_value(json_object_get(value, key));
}

static long long hundredths(double x)
{
	return (long long)(x * 100 + 0.5);
}

static double sum(const json_t *list, const char *key)
{
	double total = 0;
	size_t i;
	json_t *one;

	json_array_foreach(list, i, one)
		total += number(one, key);
	return total;
}

/* The checks themselves */

static void a_schema_notices(void **state)
{
	static const struct {
		const char *schema, *value, *what;
	} cases[] = {
		{"gradescope", "{\"tests\": []}", "lacks score"},
		{"gradescope", "{\"score\": \"1\", \"tests\": []}", "is of the wrong type"},
		{"gradescope", "{\"score\": -1, \"tests\": []}", "is too small"},
		{"gradescope",
		 "{\"score\": 1, \"tests\": [{\"score\": 1, \"max_score\": 1, \"name\": \"a\", \"status\": \"pass\"}]}",
		 "is none of the allowed values"},
		{"gradescope",
		 "{\"score\": 1, \"tests\": [{\"score\": 1, \"max_score\": 1, \"name\": \"a\", \"max\": 1}]}",
		 "has the unknown max"},
		{"gradescope", "{\"score\": 1, \"tests\": [{\"score\": 1, \"max_score\": 1}]}", "lacks name"},
		{"gradescope", "{\"score\": 1, \"tests\": []}", "has too few items"},
		{"gradescope", "{\"execution_time\": true, \"score\": 1, \"tests\": []}", "is of the wrong type"},
		{"gradescope_error", "{\"output\": \"grader error\", \"score\": 0}", "has the unknown score"},
		{"gradescope_error", "{\"output\": \"grader error\", \"tests\": []}", "has the unknown tests"},
		{"gradescope_error", "{\"output\": \"\"}", "is too short"},
		{"classroom", "{\"version\": 1, \"status\": \"pass\", \"max_score\": 1, \"tests\": []}",
		 "has too few items"},
		{"autolab_result", "{\"scores\": {}}", "lacks ipckit"},
		{"autolab_result", "{\"scores\": {\"ipckit\": 1, \"other\": 1}}", "has the unknown other"},
		{"autolab_semantic", "{\"_presentation\": \"semantic\", \"stages\": [\"a\"], \"a\": {\"b\": {}}}",
		 "lacks passed"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *schema = load("schemas", cases[i].schema), *value = parsed(cases[i].value);
		struct schema_fault fault;
		assert_false(schema_check(schema, value, "", &fault));
		assert_string_equal(fault.what, cases[i].what);
		json_decref(schema);
		json_decref(value);
	}
}

static void a_schema_says_nothing_that_is_not_checked(void **state)
{
	json_t *schema = parsed("{\"pattern\": \"x\"}"), *value = json_string("y");
	struct schema_fault fault;

	(void)state;
	assert_false(schema_check(schema, value, "", &fault));
	json_decref(schema);
	json_decref(value);
}

/* Records that are written by hand are worth something only if they are like the real ones. */
static void the_records_are_canonical(void **state)
{
	json_t *broken = record("grader_error");

	(void)state;
	assert_fits("record", broken);
	json_decref(broken);
	for (size_t i = 0; i < COUNT(graded); i++) {
		json_t *r = record(graded[i]);
		assert_fits("record", r);
		assert_int_equal(hundredths(sum(json_object_get(r, "items"), "points")), 10000);
		assert_int_equal(hundredths(sum(json_object_get(r, "items"), "score")),
				 hundredths(number(r, "score")));
		json_decref(r);
	}
}

/* Names */

static void formats_have_names(void **state)
{
	char *names = grade_format_names();

	(void)state;
	for (size_t i = 0; i < COUNT(formats); i++) {
		assert_true(grade_format_known(formats[i]));
		assert_non_null(strstr(names, formats[i]));
	}
	free(names);
	assert_false(grade_format_known("gradescop"));
	assert_false(grade_format_known(""));
	assert_string_equal(grade_format_nearest("gradescop"), "gradescope");
	assert_string_equal(grade_format_nearest("jnuit"), "junit");
	assert_null(grade_format_nearest("zzzz"));
	json_t *r = record("full");
	assert_int_equal(grade_print(stderr, r, "nosuch"), -EINVAL);
	json_decref(r);
}

static void json_is_the_record(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(graded); i++) {
		json_t *r = record(graded[i]), *again = view(graded[i], "json");
		assert_int_equal(hundredths(number(again, "score")), hundredths(number(r, "score")));
		assert_true(json_equal(json_object_get(again, "output"), json_object_get(r, "output")));
		assert_fits("record", again);
		json_decref(r);
		json_decref(again);
	}
}

/* Gradescope */

static void gradescope_gets_all_items(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(graded); i++) {
		json_t *r = record(graded[i]), *v = view(graded[i], "gradescope");
		const json_t *tests = json_object_get(v, "tests");
		assert_fits("gradescope", v);
		assert_int_equal(json_array_size(tests), json_array_size(json_object_get(r, "items")));
		assert_int_equal(hundredths(number(v, "score")), hundredths(number(r, "score")));
		assert_int_equal(hundredths(sum(tests, "score")), hundredths(number(r, "score")));
		assert_int_equal(hundredths(sum(tests, "max_score")), 10000);
		json_decref(r);
		json_decref(v);
	}
}

/* simple_format is the default of "output_format", and lets HTML through. */
static void gradescope_shows_text_as_text(void **state)
{
	static const char *const keys[] = {"output_format", "test_output_format", "test_name_format"};
	json_t *v = view("hostile", "gradescope"), *test;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(keys); i++)
		assert_string_equal(json_string_value(json_object_get(v, keys[i])), "text");
	json_array_foreach(json_object_get(v, "tests"), i, test) {
		assert_string_equal(json_string_value(json_object_get(test, "output_format")), "text");
		assert_string_equal(json_string_value(json_object_get(test, "name_format")), "text");
	}
	json_decref(v);
}

static void gradescope_numbers_by_group(void **state)
{
	json_t *v = view("full", "gradescope");
	const json_t *tests = json_object_get(v, "tests");

	(void)state;
	assert_string_equal(json_string_value(json_object_get(json_array_get(tests, 0), "number")), "1.1");
	assert_string_equal(json_string_value(json_object_get(json_array_get(tests, 1), "number")), "2.1");
	assert_string_equal(json_string_value(json_object_get(json_array_get(tests, 8), "number")), "2.8");
	assert_string_equal(json_string_value(json_object_get(json_array_get(tests, 17), "number")), "4.4");
	json_decref(v);
}

/* The platform's own helper writes a string there. */
static void execution_time_is_a_number_or_a_string(void **state)
{
	json_t *v = view("full", "gradescope");

	(void)state;
	assert_true(json_is_number(json_object_get(v, "execution_time")));
	json_object_set_new(v, "execution_time", json_string("0.02"));
	assert_fits("gradescope", v);
	json_decref(v);
}

static void gradescope_gets_no_score_of_a_grader_error(void **state)
{
	json_t *v = view("grader_error", "gradescope");

	(void)state;
	assert_fits("gradescope_error", v);
	assert_non_null(strstr(json_string_value(json_object_get(v, "output")), "not the student's fault"));
	json_decref(v);
}

/* GitHub Classroom */

/* The reporter's notice is the sum of the scores, and its figures are printed as they are. */
static void classroom_points_are_the_score(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(graded); i++) {
		json_t *r = record(graded[i]), *v = view(graded[i], "classroom");
		assert_fits("classroom", v);
		assert_true(sum(json_object_get(v, "tests"), "score") == number(r, "score"));
		assert_true(number(v, "max_score") == 100);
		json_decref(r);
		json_decref(v);
	}
}

/* Why the last score is settled: figures with two digits do not add up to 100. */
static void two_digits_do_not_add_up(void **state)
{
	json_t *r = record("full_scaled");

	(void)state;
	assert_true(sum(json_object_get(r, "items"), "score") != 100);
	json_decref(r);
}

/* Its table counts tests, so with unequal weights it is another figure; the workflow says which one counts. */
static void classroom_table_differs(void **state)
{
	json_t *v = view("hang", "classroom");
	const json_t *tests = json_object_get(v, "tests");
	size_t passed = 0, i;
	json_t *test;

	(void)state;
	json_array_foreach(tests, i, test)
		passed += strcmp(json_string_value(json_object_get(test, "status")), "pass") == 0;
	double table = (double)passed / (double)json_array_size(tests) * number(v, "max_score");
	assert_int_not_equal(hundredths(table), hundredths(sum(tests, "score")));
	json_decref(v);
}

static void classroom_status(void **state)
{
	static const struct {
		const char *name, *status;
	} cases[] = {{"full", "pass"}, {"full_scaled", "pass"}, {"partial", "fail"}, {"grader_error", "error"}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *v = view(cases[i].name, "classroom");
		assert_string_equal(json_string_value(json_object_get(v, "status")), cases[i].status);
		json_decref(v);
	}
}

/* Who hands in by a push reads the step of the workflow: what was measured, and what to do about it. */
static void classroom_says_what_to_do(void **state)
{
	json_t *r = record("partial"), *v = view("partial", "classroom");
	size_t i, hints = 0;
	json_t *item;

	(void)state;
	json_array_foreach(json_object_get(r, "items"), i, item) {
		const json_t *test = json_array_get(json_object_get(v, "tests"), i);
		const char *message = json_string_value(json_object_get(test, "message"));
		const char *hint = json_string_value(json_object_get(item, "hint"));
		assert_non_null(strstr(message, json_string_value(json_object_get(item, "measured"))));
		if (hint)
			assert_non_null(strstr(message, hint));
		else
			assert_null(strstr(message, "hint"));
		hints += hint != NULL;
	}
	assert_true(hints > 0);
	json_decref(r);
	json_decref(v);
}

/* The reporter publishes no points where max_score is 0. */
static void classroom_gets_no_points_of_a_grader_error(void **state)
{
	json_t *v = view("grader_error", "classroom");

	(void)state;
	assert_fits("classroom", v);
	assert_true(number(v, "max_score") == 0);
	assert_true(sum(json_object_get(v, "tests"), "score") == 0);
	json_decref(v);
}

static void assert_no_command(const char *text)
{
	assert_null(strstr(text, "::"));
	assert_null(strstr(text, "##["));
}

/* What is printed in a workflow's log must not be taken for a command; an environment variable holds 128 KiB. */
static void a_log_of_a_workflow_is_safe(void **state)
{
	json_t *r = record("hostile");
	char *result = printed(r, "classroom"), *table = printed(r, "table");

	(void)state;
	assert_no_command(result);
	assert_no_command(table);
	json_t *items = json_object_get(r, "items");
	char *long_text = malloc(100001);
	memset(long_text, 'x', 100000);
	long_text[100000] = '\0';
	json_object_set_new(json_array_get(items, 0), "measured", json_string(long_text));
	json_object_set_new(json_array_get(items, 0), "hint", json_string(long_text));
	while (json_array_size(items) < 64)
		json_array_append(items, json_array_get(items, 0));
	char *large = printed(r, "classroom");
	assert_in_range(strlen(large) * 4 / 3, 1, 128 * 1024 - 100);
	free(large);
	free(long_text);
	free(result);
	free(table);
	json_decref(r);
}

/* Autolab */

/* What the server does to the last line before it reads it: gsub(/([a-zA-Z0-9]+):/, '"\1":'). */
static char *substituted(const char *line)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	while (*line) {
		size_t word = 0;
		while (isalnum((unsigned char)line[word]))
			word++;
		bool matches = word > 0 && line[word] == ':';
		fprintf(out, matches ? "\"%.*s\"" : "%.*s", (int)word, line);
		line += word;
		if (*line && !(word > 0 && !matches && isalnum((unsigned char)*line)))
			fputc(*line++, out);
	}
	fclose(out);
	return text;
}

static void the_substitution_is_the_servers(void **state)
{
	char *text = substituted("{scores: {\"L1: mmap\": \"12:30\", \"a_b:\": 1, \"c\": 2}}");

	(void)state;
	assert_string_equal(text, "{\"scores\": {\"\"L1\": mmap\": \"\"12\":30\", \"a_\"b\":\": 1, \"c\": 2}}");
	free(text);
}

/* The line that is `from_end` lines before the end, 1 = the last. Splits the text. */
static char *line_of(char *text, int from_end)
{
	size_t length = strlen(text);

	assert_int_equal(text[length - 1], '\n');
	text[length - 1] = '\0';
	for (; from_end > 1; from_end--)
		*strrchr(text, '\n') = '\0';
	char *start = strrchr(text, '\n');
	return start ? start + 1 : text;
}

static json_t *as_the_server_reads(const char *name, int from_end)
{
	json_t *r = record(name);
	char *text = printed(r, "autolab");
	char *line = line_of(text, from_end);
	char *changed = substituted(line);
	json_t *value = parsed(changed), *direct = parsed(line);

	assert_true(json_equal(value, direct));
	json_decref(direct);
	free(changed);
	free(text);
	json_decref(r);
	return value;
}

static void autolab_reads_the_last_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(graded); i++) {
		json_t *r = record(graded[i]), *v = as_the_server_reads(graded[i], 1);
		assert_fits("autolab_result", v);
		assert_int_equal(hundredths(number(json_object_get(v, "scores"), "ipckit")),
				 hundredths(number(r, "score")));
		json_decref(v);
		json_decref(r);
	}
}

static void autolab_reads_the_stages(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(graded); i++) {
		json_t *r = record(graded[i]), *v = as_the_server_reads(graded[i], 2), *stage;
		size_t tests = 0, n;
		assert_fits("autolab_semantic", v);
		json_array_foreach(json_object_get(v, "stages"), n, stage)
			tests += json_object_size(json_object_get(v, json_string_value(stage)));
		assert_int_equal(tests, json_array_size(json_object_get(r, "items")));
		json_decref(v);
		json_decref(r);
	}
}

/* The hints of this record have an `alnum:` each: printed as they are, the server could not read the line. */
static void a_naive_line_would_be_broken(void **state)
{
	json_t *v = as_the_server_reads("hostile", 2);
	char *naive = json_dumps(v, 0);
	char *changed = substituted(naive);

	(void)state;
	assert_null(json_loads(changed, 0, NULL));
	free(changed);
	free(naive);
	json_decref(v);
}

/* Without a score, or with an empty object, the server would set 0. */
static void autolab_gets_null_of_a_grader_error(void **state)
{
	json_t *v = as_the_server_reads("grader_error", 1);

	(void)state;
	assert_fits("autolab_result", v);
	assert_true(json_is_null(json_object_get(json_object_get(v, "scores"), "ipckit")));
	json_decref(v);
}

/* JUnit */

static char *xpath(const char *xml, const char *expression)
{
	char file[] = "/tmp/ipckit.XXXXXX", command[400], *line = NULL;
	int fd = mkstemp(file);
	FILE *out = fdopen(fd, "w");
	size_t size = 0;

	fputs(xml, out);
	fclose(out);
	snprintf(command, sizeof command, "xmllint --nonet --xpath '%s' %s 2>&1", expression, file);
	FILE *in =
		popen(command, "re"); /* NOLINT(bugprone-command-processor,cert-env33-c) the expressions are ours */
	assert_true(getline(&line, &size, in) > 0);
	pclose(in);
	remove(file);
	line[strcspn(line, "\n")] = '\0';
	return line;
}

static void assert_xpath(const char *xml, const char *expression, const char *expected)
{
	char *found = xpath(xml, expression);

	assert_string_equal(found, expected);
	free(found);
}

static void junit_is_well_formed(void **state)
{
	static const struct {
		const char *record, *expression, *value;
	} cases[] = {
		{"full", "count(//testcase)", "18"},
		{"full", "count(//testcase/*)", "0"},
		{"partial", "count(//failure)", "2"},
		{"partial", "string(//testsuite/@failures)", "2"},
		{"partial", "string(//testsuite/@skipped)", "1"},
		{"partial", "count(//skipped)", "1"},
		{"grader_error", "count(//testcase/error)", "1"},
		{"grader_error", "string(//testsuite/@errors)", "1"},
		{"grader_error", "count(//failure)", "0"},
		{"hostile", "count(//testcase)", "18"},
		{"hostile", "contains(//testcase[2]/failure/@message, \"</td><script>\")", "true"},
		{"hostile", "contains(//testcase[5]/failure/@message, \"\\x1b[2J\\x1b[31mred\\x07\")", "true"},
	};

	(void)state;
	if (system("command -v xmllint >/dev/null") != 0) /* NOLINT(cert-env33-c) */
		skip();
	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *r = record(cases[i].record);
		char *xml = printed(r, "junit");
		assert_xpath(xml, cases[i].expression, cases[i].value);
		free(xml);
		json_decref(r);
	}
}

/* U+FFFE and U+FFFF are no characters of XML, not even as references. */
static void junit_has_no_forbidden_character(void **state)
{
	json_t *r = record("hostile");
	char *xml = printed(r, "junit");

	(void)state;
	assert_null(strstr(xml, "\xef\xbf\xbe"));
	assert_null(strstr(xml, "\xef\xbf\xbf"));
	assert_null(strstr(xml, "<script>"));
	free(xml);
	json_decref(r);
}

/* CSV */

/* Reads one field (RFC 4180) into `field`; what ended it, or 0 at the end. */
static char csv_next(const char **from, char *field)
{
	bool quoted = **from == '"';

	*from += quoted;
	for (; **from; ++*from) {
		if (quoted && **from == '"' && (*from)[1] != '"') {
			quoted = false;
			continue;
		}
		if (!quoted && (**from == ',' || **from == '\r'))
			break;
		*from += quoted && **from == '"';
		*field++ = **from;
	}
	*field = '\0';
	return (char)(**from ? *(*from)++ : '\0');
}

/* Calls `look` for each field and returns the number of lines; each has as many fields as the first. */
static size_t csv_read(const char *text, void (*look)(const char *field))
{
	char *field = malloc(strlen(text) + 1);
	size_t lines = 0, fields = 0, width = 0;

	while (*text) {
		char end = csv_next(&text, field);
		look(field);
		fields++;
		if (end == ',')
			continue;
		assert_int_equal(end, '\r');
		assert_int_equal(*text++, '\n');
		width = width ? width : fields;
		assert_int_equal(fields, width);
		fields = 0;
		lines++;
	}
	free(field);
	return lines;
}

static void no_formula(const char *field)
{
	assert_null(field[0] ? strchr("=+-@\t\r", field[0]) : NULL);
}

static void csv_is_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(graded); i++) {
		json_t *r = record(graded[i]);
		char *text = printed(r, "csv");
		assert_int_equal(csv_read(text, no_formula), json_array_size(json_object_get(r, "items")) + 2);
		free(text);
		json_decref(r);
	}
}

static void csv_has_no_figure_for_a_grader_error(void **state)
{
	json_t *r = record("grader_error");
	char *text = printed(r, "csv");

	(void)state;
	assert_int_equal(csv_read(text, no_formula), 2);
	assert_non_null(strstr(text, "answer.c,answer.c,L4,1,total,,100,,grader_error,the reference row"));
	free(text);
	json_decref(r);
}

static void csv_keeps_text(void **state)
{
	json_t *r = record("hostile");
	char *text = printed(r, "csv");

	(void)state;
	assert_non_null(strstr(text, ",failed,\"a,b\"\"c\\x0d\\x0ad\"\r\n"));
	assert_non_null(strstr(text, ",failed,'=cmd|' /C calc'!A0\r\n"));
	free(text);
	json_decref(r);
}

/* Whatever else it holds. */
static void a_grader_error_is_no_zero(void **state)
{
	json_t *r = record("hostile"), *v;
	char *text;

	(void)state;
	json_object_set_new(r, "status", json_string("grader_error"));
	json_object_set_new(r, "error", json_string("a control broke"));
	text = printed(r, "csv");
	assert_int_equal(csv_read(text, no_formula), 2);
	free(text);
	text = printed(r, "json");
	v = parsed(text);
	assert_true(json_is_null(json_object_get(v, "score")));
	json_decref(v);
	free(text);
	text = printed(r, "gradescope");
	v = parsed(text);
	assert_fits("gradescope_error", v);
	json_decref(v);
	free(text);
	json_decref(r);
}

static void the_student_of_a_batch_comes_first(void **state)
{
	json_t *r = record("full");

	(void)state;
	json_object_set_new(r, "student", json_string("alice"));
	char *text = printed(r, "csv");
	assert_non_null(strstr(text, "\nalice,answer.c,L2,1,build,build,5,5,passed,as asked\r\n"));
	assert_non_null(strstr(text, "\nalice,answer.c,L2,1,total,,100,100,graded,\r\n"));
	free(text);
	json_decref(r);
}

/* For people */

static void the_table_fits_and_ends_with_the_score(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(graded); i++) {
		json_t *r = record(graded[i]);
		char *text = printed(r, "table");
		const char *score = strstr(text, "\nscore: "), *isolation = strstr(text, "\nisolation: ");
		assert_true(score && isolation && score < isolation);
		assert_null(strstr(isolation, "POINTS"));
		for (char *rest = text, *line; (line = strsep(&rest, "\n"));) {
			assert_in_range(strlen(line), 0, 80);
			for (const char *c = line; *c; c++)
				assert_in_range(*c, ' ', '~');
		}
		free(text);
		json_decref(r);
	}
}

static void a_golden_table(void **state)
{
	static const char expected[] =
		"answer.c, level L1\n\n"
		"POINTS      RESULT  ITEM                     WHAT WAS SEEN\n"
		"6.84/6.84   ok      builds without warnings  as asked\n"
		"0/20.55     FAILED  parent -> child          the child still held the bytes from\n"
		"                                             before fork()\n"
		"                                             hint: Whose memory does the child\n"
		"                                             write to after fork()?\n";
	json_t *r = record("partial");
	char *text = printed(r, "table");

	(void)state;
	text[strlen(text) < sizeof expected - 1 ? 0 : sizeof expected - 1] = '\0';
	assert_string_equal(text, expected);
	free(text);
	json_decref(r);
}

static void no_width_is_too_small(void **state)
{
	json_t *r = record("hostile");

	(void)state;
	for (size_t width = 0; width < 120; width += 7) {
		struct look look = {.width = width, .colour = true};
		char *text;
		size_t size;
		FILE *out = open_memstream(&text, &size);
		assert_int_equal(grade_table(out, r, &look), 0);
		fclose(out);
		assert_non_null(strstr(text, "\033[31mFAILED"));
		free(text);
	}
	json_decref(r);
}

static void what_the_code_printed_has_a_bar(void **state)
{
	json_t *r = record("hostile");
	char *text = printed(r, "table");

	(void)state;
	assert_non_null(strstr(text, "\n| \\x1b[2J{\"scores\": {\"ipckit\": 100}}\n"));
	assert_non_null(strstr(text, "\n| L1: mmap 12:30\n"));
	free(text);
	json_decref(r);
}

static void markdown_is_a_table(void **state)
{
	json_t *r = record("hostile");
	char *text = printed(r, "markdown");
	int rows = 0;

	(void)state;
	assert_null(strchr(text, '<'));
	for (char *rest = text, *line; (line = strsep(&rest, "\n"));) {
		int bars = 0;
		for (char *c = line; *c; c++)
			bars += *c == '|' && (c == line || c[-1] != '\\');
		assert_true(bars == 0 || bars == 4);
		rows += bars == 4;
	}
	assert_int_equal(rows, 20);
	free(text);
	json_decref(r);
}

static void a_grader_error_says_so_everywhere(void **state)
{
	static const char *const for_people[] = {"table", "markdown", "gradescope", "classroom", "autolab", "junit"};
	json_t *r = record("grader_error");

	(void)state;
	for (size_t i = 0; i < COUNT(for_people); i++) {
		char *text = printed(r, for_people[i]);
		assert_non_null(strstr(text, "grader error"));
		assert_null(strstr(text, "score: "));
		free(text);
	}
	json_decref(r);
}

/* All of them */

static void no_format_lets_control_characters_through(void **state)
{
	json_t *r = record("hostile");

	(void)state;
	for (size_t i = 0; i < COUNT(formats); i++) {
		char *text = printed(r, formats[i]);
		for (const unsigned char *c = (unsigned char *)text; *c; c++)
			if ((*c < ' ' && *c != '\n' && *c != '\r') || *c == 0x7f)
				fail_msg("%s prints \\x%02x", formats[i], *c);
		free(text);
	}
	json_decref(r);
}

static void a_full_disk_is_an_error(void **state)
{
	json_t *r = record("full");

	(void)state;
	for (size_t i = 0; i < COUNT(formats); i++) {
		FILE *full = fopen("/dev/full", "we");
		assert_int_equal(grade_print(full, r, formats[i]), -ENOSPC);
		fclose(full);
	}
	json_decref(r);
}

static int plain_environment(void **state)
{
	(void)state;
	return unsetenv("COLUMNS");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_schema_notices),
		cmocka_unit_test(a_schema_says_nothing_that_is_not_checked),
		cmocka_unit_test(the_records_are_canonical),
		cmocka_unit_test(formats_have_names),
		cmocka_unit_test(json_is_the_record),
		cmocka_unit_test(gradescope_gets_all_items),
		cmocka_unit_test(gradescope_shows_text_as_text),
		cmocka_unit_test(gradescope_numbers_by_group),
		cmocka_unit_test(execution_time_is_a_number_or_a_string),
		cmocka_unit_test(gradescope_gets_no_score_of_a_grader_error),
		cmocka_unit_test(classroom_points_are_the_score),
		cmocka_unit_test(two_digits_do_not_add_up),
		cmocka_unit_test(classroom_table_differs),
		cmocka_unit_test(classroom_status),
		cmocka_unit_test(classroom_says_what_to_do),
		cmocka_unit_test(classroom_gets_no_points_of_a_grader_error),
		cmocka_unit_test(a_log_of_a_workflow_is_safe),
		cmocka_unit_test(the_substitution_is_the_servers),
		cmocka_unit_test(autolab_reads_the_last_line),
		cmocka_unit_test(autolab_reads_the_stages),
		cmocka_unit_test(a_naive_line_would_be_broken),
		cmocka_unit_test(autolab_gets_null_of_a_grader_error),
		cmocka_unit_test(junit_is_well_formed),
		cmocka_unit_test(junit_has_no_forbidden_character),
		cmocka_unit_test(csv_is_sound),
		cmocka_unit_test(csv_has_no_figure_for_a_grader_error),
		cmocka_unit_test(csv_keeps_text),
		cmocka_unit_test(a_grader_error_is_no_zero),
		cmocka_unit_test(the_student_of_a_batch_comes_first),
		cmocka_unit_test(the_table_fits_and_ends_with_the_score),
		cmocka_unit_test(a_golden_table),
		cmocka_unit_test(no_width_is_too_small),
		cmocka_unit_test(what_the_code_printed_has_a_bar),
		cmocka_unit_test(markdown_is_a_table),
		cmocka_unit_test(a_grader_error_says_so_everywhere),
		cmocka_unit_test(no_format_lets_control_characters_through),
		cmocka_unit_test(a_full_disk_is_an_error),
	};

	return cmocka_run_group_tests(tests, plain_environment, NULL);
}

/*
 * test_papers.c - levels L0 and L7: points, what is dropped, and files that nobody should trust
 */
#include "grade/cards.h"
#include "grade/paper.h"
#include "grade/predict.h"
#include "grade/sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Two rows that deliver, two that do not, and one that could not be run. */
static const char rows_text[] =
	"[{'variant':'malloc','title':'t','man':'m','cells':{'delivers':{'status':'measured','value':false,'saw':'stale'},"
	"  'framing':{'status':'not_applicable','value':null},'blocks':{'status':'measured','value':false}}},"
	" {'variant':'broken','title':'t','man':'m','cells':{'delivers':{'status':'crashed','value':false,'signal':'SIGBUS'},"
	"  'framing':{'status':'crashed','value':null},'blocks':{'status':'crashed','value':null}}},"
	" {'variant':'pipe','title':'t','man':'m','cells':{'delivers':{'status':'measured','value':true,'saw':'message'},"
	"  'framing':{'status':'measured','value':'stream'},'blocks':{'status':'measured','value':true}}},"
	" {'variant':'page','title':'t','man':'m','cells':{'delivers':{'status':'measured','value':true,'saw':'message'},"
	"  'framing':{'status':'measured','value':'overwritten'},'blocks':{'status':'measured','value':false}}},"
	" {'variant':'queue','title':'t','man':'m','cells':{'delivers':{'status':'refused','value':null},"
	"  'framing':{'status':'refused','value':null},'blocks':{'status':'refused','value':null}}}]";

static json_t *rows;
static char path[] = "/tmp/ipckit-papers-XXXXXX";

static int begin(void **state)
{
	char text[sizeof rows_text];
	int fd = mkstemp(path);

	(void)state;
	if (fd == -1)
		return -1;
	close(fd);
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)(rows_text[i] == '\'' ? '"' : rows_text[i]);
	rows = json_loads(text, 0, NULL);
	return rows ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	json_decref(rows);
	unlink(path);
	return 0;
}

static void write_file(const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static json_t *predicted_at(int attempt, const char *text)
{
	write_file(text, strlen(text));
	return predictions_against(rows, path, attempt);
}

static json_t *predicted(const char *text)
{
	return predicted_at(1, text);
}

static json_t *chosen(const char *cards, const char *text)
{
	write_file(text, strlen(text));
	return cards_against(cards, rows, path, 1);
}

static double score(const json_t *paper)
{
	return json_number_value(json_object_get(paper, "score"));
}

static const json_t *item(const json_t *paper, const char *id)
{
	const json_t *items = json_object_get(paper, "items");

	for (size_t i = 0; i < json_array_size(items); i++)
		if (strcmp(json_string_value(json_object_get(json_array_get(items, i), "id")), id) == 0)
			return json_array_get(items, i);
	return NULL;
}

static const char *said(const json_t *paper, const char *id, const char *key)
{
	const char *text = json_string_value(json_object_get(item(paper, id), key));

	return text ? text : "";
}

static void expect_score(json_t *paper, double points)
{
	assert_non_null(paper);
	assert_string_equal(json_string_value(json_object_get(paper, "status")), "graded");
	assert_true(score(paper) > points - 0.001 && score(paper) < points + 0.001);
	json_decref(paper);
}

static void right_predictions_get_everything(void **state)
{
	(void)state;
	expect_score(predicted("row,delivers,why\nmalloc,no,copied\nbroken,no,no_size\npipe,yes,\npage,yes,\n"), 100);
	expect_score(predicted("\xef\xbb\xbfWhy;Row;Delivers\r\nCOPIED; malloc ;No\r\ncrashes;broken;FALSE\r\n"
			       ";\"pipe\";1\r\n;page;true\r\n"),
		     100);
}

static void a_word_that_is_no_answer_is_not_called_wrong(void **state)
{
	json_t *paper =
		predicted("row,delivers,why\nmalloc,nope,\nbroken,\" no \",\" crashes\"\npipe,yes,\npage,yes,\n");

	(void)state;
	assert_string_equal(said(paper, "malloc", "measured"), "write yes or no; there is 'nope'");
	assert_null(strstr(said(paper, "malloc", "hint"), "fork"));
	expect_score(paper, 75);
}

static void the_same_everywhere_is_half(void **state)
{
	(void)state;
	expect_score(predicted("row,delivers,why\nmalloc,yes,\nbroken,yes,\npipe,yes,\npage,yes,\n"), 50);
	expect_score(predicted("row,delivers,why\nmalloc,no,copied\nbroken,no,crashes\npipe,no,\npage,no,\n"), 50);
}

static void a_wrong_reason_is_partial(void **state)
{
	json_t *paper = predicted("row,delivers,why\nmalloc,no,hangs\nbroken,no,crashes\npipe,yes,\npage,yes,\n");

	(void)state;
	assert_string_equal(said(paper, "malloc", "status"), "partial");
	assert_string_equal(said(paper, "malloc", "measured"), "right, but 'hangs' is not why");
	expect_score(paper, 92.5);
}

/* Nor do the converters, which have nothing but the record. */
static void an_attempt_does_not_buy_the_answers(void **state)
{
	static const char sheet[] = "row,delivers,why\nmalloc,no,zeros\nbroken,no,\npage,no,hangs\n";
	static const char *const secrets[] = {"stale", "copied", "SIGBUS", "no_size", "measured: yes"};

	(void)state;
	for (int attempt = 1; attempt <= 3; attempt++) {
		json_t *paper = predicted_at(attempt, sheet);
		char *all = json_dumps(paper, 0);
		assert_non_null(all);
		for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
			assert_int_equal(strstr(all, secrets[i]) != NULL, attempt == 3);
		free(all);
		json_decref(paper);
	}
}

static void each_kind_of_mistake_has_its_hints(void **state)
{
	json_t *first = predicted_at(1, "row,delivers,why\nmalloc,no,hangs\nbroken,yes,\n");
	json_t *third = predicted_at(3, "row,delivers,why\nmalloc,no,hangs\nbroken,yes,\n");

	(void)state;
	assert_string_equal(said(first, "broken", "measured"), "you said yes, and that is wrong");
	assert_non_null(strstr(said(first, "malloc", "hint"), "What does the child find"));
	assert_non_null(strstr(said(first, "broken", "hint"), "Where are the bytes"));
	assert_string_equal(said(third, "malloc", "measured"),
			    "right, but 'hangs' is not why; measured: no: stale, which is copied");
	assert_string_equal(said(third, "malloc", "hint"), "Read m.");
	json_decref(first);
	json_decref(third);
}

static void what_could_not_be_measured_is_dropped(void **state)
{
	json_t *paper =
		predicted("row,delivers,why\nqueue,no,\nmalloc,no,copied\nbroken,no,crashes\npipe,yes,\npage,yes,\n");

	(void)state;
	assert_string_equal(said(paper, "malloc", "title"), "malloc (t)");
	assert_string_equal(said(paper, "queue", "title"), "queue (t)");
	assert_string_equal(said(paper, "queue", "status"), "not_checkable");
	expect_score(paper, 100);
}

static void missing_lines_are_no_answers(void **state)
{
	json_t *paper = predicted("row,delivers,why\npipe,yes,\n");

	(void)state;
	assert_non_null(strstr(said(paper, "malloc", "measured"), "no answer"));
	expect_score(paper, 25);
}

static void expect_unreadable(json_t *paper, const char *why)
{
	const json_t *file = item(paper, "file");

	assert_non_null(file);
	assert_non_null(strstr(json_string_value(json_object_get(file, "measured")), why));
	expect_score(paper, 0);
}

static void damaged_files_are_one_line(void **state)
{
	static const char zero[] = "row,delivers,why\nmalloc,no\0,\n";
	char *large = malloc(SHEET_BYTES + 2);

	(void)state;
	expect_unreadable(predicted(""), "no lines");
	expect_unreadable(predicted("row,why\nmalloc,copied\n"), "no column 'delivers'");
	expect_unreadable(predicted("row,delivers,why\n\"malloc,no,\n"), "line 2");
	expect_unreadable(predicted("row,delivers,why\n\"malloc\"x,no,\n"), "line 2");
	expect_unreadable(predicted("row,delivers,why\na,,,,,,,,,,,,,,,,,,,,,\n"), "too many cells");
	write_file(zero, sizeof zero - 1);
	expect_unreadable(predictions_against(rows, path, 1), "not a text file");
	assert_non_null(large);
	memset(large, 'a', SHEET_BYTES + 1);
	write_file(large, SHEET_BYTES + 1);
	expect_unreadable(predictions_against(rows, path, 1), "too large");
	free(large);
}

static void a_mistyped_name_costs_only_its_line(void **state)
{
	json_t *paper = predicted("row,delivers,why\n\nmalloc,no,copied\nbroken,no,crashes\npip,yes,\npage,yes,\n"
				  "Malloc,yes,\n\033[2Jxxxx,no,\n");

	(void)state;
	assert_string_equal(said(paper, "line_5", "measured"), "there is no row 'pip'; is 'pipe' meant?");
	assert_string_equal(said(paper, "line_5", "status"), "failed");
	assert_string_equal(said(paper, "line_7", "measured"), "another line for 'Malloc': the first one counts");
	assert_string_equal(said(paper, "line_8", "measured"), "there is no row '?[2Jxxxx'");
	assert_string_equal(said(paper, "pipe", "measured"), "no answer");
	expect_score(paper, 75);
}

static void names_may_be_written_in_capitals(void **state)
{
	(void)state;
	expect_score(predicted("row,delivers,why\nMALLOC,no,copied\nBroken,NO,no_size\nPipe,Yes,\npage,yes,\n"), 100);
}

static const char two_cards[] =
	"id,story,needs,row\na,\"x, y\",\"blocks,framing=stream\",\nb,z,framing=overwritten,\n";

/* What a link points to may be no business of the student, and a pipe would never end. */
static void only_regular_files_are_read(void **state)
{
	char other[sizeof path + 8];

	(void)state;
	snprintf(other, sizeof other, "%s.x", path);
	assert_int_equal(symlink("/etc/passwd", other), 0);
	expect_unreadable(predictions_against(rows, other, 1), "not a regular file");
	unlink(other);
	assert_int_equal(mkfifo(other, 0600), 0);
	expect_unreadable(predictions_against(rows, other, 1), "not a regular file");
	unlink(other);
	expect_unreadable(predictions_against(rows, "/tmp", 1), "not a regular file");
}

static void expect_not_graded(json_t *paper, const char *why)
{
	assert_non_null(paper);
	assert_string_equal(json_string_value(json_object_get(paper, "status")), "grader_error");
	assert_non_null(strstr(json_string_value(json_object_get(paper, "error")), why));
	json_decref(paper);
}

/* The memory of this process is a regular file with nothing at its beginning: EIO. */
static void what_the_machine_cannot_read_is_no_0(void **state)
{
	static const char missing[] = "/tmp/ipckit-papers-missing/x.csv", unread[] = "/proc/self/mem";

	(void)state;
	expect_not_graded(predictions_against(rows, missing, 1), "No such file");
	expect_not_graded(predictions_against(rows, unread, 1), "cannot be read");
	expect_not_graded(cards_against(two_cards, rows, missing, 1), "No such file");
	expect_not_graded(cards_against(two_cards, rows, unread, 1), "cannot be read");
}

static void without_controls_there_is_no_grade(void **state)
{
	json_t *items = json_pack("[o]", paper_item("a", "a", PAPER_POINTS, PAPER_POINTS, "x", NULL));

	(void)state;
	expect_not_graded(paper_graded(items, json_array()), "a control failed");
}

static void cards_are_met_by_measured_rows(void **state)
{
	(void)state;
	expect_score(chosen(two_cards, "id,row\na,pipe\nb,page\n"), 100);
	expect_score(chosen(two_cards, "row,id,needs\npipe,a,\nnone,b,\n"), 50);
}

static void a_wrong_choice_is_ruled_out_by_its_cell(void **state)
{
	json_t *paper = chosen(two_cards, "id,row\na,page\nb,malloc\n");

	(void)state;
	assert_string_equal(said(paper, "a", "measured"), "page: the cell blocks says no; the card needs blocks");
	assert_string_equal(said(paper, "b", "measured"),
			    "malloc: the cell delivers says no: stale; the card needs delivers");
	assert_non_null(strstr(said(paper, "a", "hint"), "Does the receiver sleep"));
	expect_score(paper, 0);
}

static void needs_in_the_students_file_count_for_nothing(void **state)
{
	(void)state;
	expect_score(chosen(two_cards, "id,story,needs,row\na,,delivers,page\nb,,delivers,page\n"), 50);
}

static void a_mistyped_card_costs_only_its_line(void **state)
{
	json_t *paper = chosen(two_cards, "id,row\nA,Pipe\nbb,page\n"),
	       *typo = chosen(two_cards, "id,row\na,pip\nb,page\n");

	(void)state;
	assert_string_equal(said(paper, "line_3", "measured"), "there is no card 'bb'; is 'b' meant?");
	expect_score(paper, 50);
	assert_string_equal(said(typo, "a", "measured"), "there is no row 'pip'; is 'pipe' meant?");
	expect_score(typo, 50);
}

/* Without the queue, which might do it. */
static void none_is_right_where_no_row_does(void **state)
{
	json_t *all = rows;

	(void)state;
	rows = json_copy(all);
	json_array_remove(rows, json_array_size(rows) - 1);
	expect_score(chosen("id,needs\na,framing=message\nb,framing=stream\n", "id,row\na,None\nb,pipe\n"), 100);
	expect_score(chosen("id,needs\na,framing=message\nb,framing=stream\n", "id,row\na,pipe\nb,none\n"), 0);
	json_decref(rows);
	rows = all;
}

static void cards_that_cannot_be_measured_are_dropped(void **state)
{
	json_t *paper = chosen("id,needs\na,framing=message\nb,framing=stream\nc,blocks\nd,blocks=no\n",
			       "id,row\na,malloc\nb,pipe\nc,pipe\nd,page\n");

	(void)state;
	assert_string_equal(said(paper, "a", "status"), "not_checkable");
	assert_string_equal(said(paper, "a", "measured"),
			    "the column delivers cannot be measured here, so this card does not count");
	expect_score(paper, 100);
}

/* Otherwise a row that is refused here would be the answer to everything. */
static void choosing_what_cannot_be_measured_is_no_way_out(void **state)
{
	json_t *paper = chosen(two_cards, "id,row\na,queue\nb,page\n");

	(void)state;
	assert_string_equal(said(paper, "a", "status"), "failed");
	assert_string_equal(
		said(paper, "a", "measured"),
		"queue: the cell delivers could not be measured here (refused), so nothing says that it fits");
	assert_true(said(paper, "a", "hint")[0] != '\0');
	expect_score(paper, 50);
}

/* The same with every card: still a grade, and it is 0. */
static void choosing_it_everywhere_is_0_and_no_grader_error(void **state)
{
	(void)state;
	expect_score(chosen(two_cards, "id,row\na,queue\nb,queue\n"), 0);
	expect_score(
		chosen("id,needs\na,framing=stream\nb,blocks\nc,blocks=no\n", "id,row\na,queue\nb,queue\nc,page\n"),
		33.33);
}

/* Which cards count is the same for all students of a machine. */
static void what_counts_does_not_depend_on_the_choice(void **state)
{
	static const char cards[] = "id,needs\na,framing=message\nb,framing=stream\nc,blocks\nd,blocks=no\n";
	static const char *const choices[] = {"queue", "malloc", "none", "page", ""};

	(void)state;
	for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
		char text[64];
		snprintf(text, sizeof text, "id,row\na,%s\nb,%s\nc,pipe\nd,page\n", choices[i], choices[i]);
		json_t *paper = chosen(cards, text);
		assert_string_equal(said(paper, "a", "status"), "not_checkable");
		assert_string_equal(said(paper, "b", "status"), "failed");
		expect_score(paper, 66.66);
	}
}

static void too_few_cards_that_can_be_measured_are_no_grade(void **state)
{
	json_t *paper = chosen("id,needs\na,framing=message\nb,framing=stream\n", "id,row\na,malloc\nb,pipe\n");

	(void)state;
	assert_string_equal(json_string_value(json_object_get(paper, "status")), "grader_error");
	assert_string_equal(json_string_value(json_object_get(paper, "error")),
			    "too few of the cards can be measured here");
	json_decref(paper);
}

static void a_broken_control_is_no_grade(void **state)
{
	json_t *cell = json_object_get(json_object_get(json_array_get(rows, 0), "cells"), "delivers");
	json_t *paper;

	(void)state;
	json_object_set_new(cell, "value", json_true());
	paper = predicted("row,delivers,why\nmalloc,no,copied\n");
	json_object_set_new(cell, "value", json_false());
	assert_string_equal(json_string_value(json_object_get(paper, "status")), "grader_error");
	json_decref(paper);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_predictions_get_everything),
		cmocka_unit_test(a_word_that_is_no_answer_is_not_called_wrong),
		cmocka_unit_test(the_same_everywhere_is_half),
		cmocka_unit_test(a_wrong_reason_is_partial),
		cmocka_unit_test(an_attempt_does_not_buy_the_answers),
		cmocka_unit_test(each_kind_of_mistake_has_its_hints),
		cmocka_unit_test(what_could_not_be_measured_is_dropped),
		cmocka_unit_test(missing_lines_are_no_answers),
		cmocka_unit_test(damaged_files_are_one_line),
		cmocka_unit_test(a_mistyped_name_costs_only_its_line),
		cmocka_unit_test(names_may_be_written_in_capitals),
		cmocka_unit_test(a_mistyped_card_costs_only_its_line),
		cmocka_unit_test(only_regular_files_are_read),
		cmocka_unit_test(what_the_machine_cannot_read_is_no_0),
		cmocka_unit_test(without_controls_there_is_no_grade),
		cmocka_unit_test(cards_are_met_by_measured_rows),
		cmocka_unit_test(a_wrong_choice_is_ruled_out_by_its_cell),
		cmocka_unit_test(needs_in_the_students_file_count_for_nothing),
		cmocka_unit_test(none_is_right_where_no_row_does),
		cmocka_unit_test(cards_that_cannot_be_measured_are_dropped),
		cmocka_unit_test(choosing_what_cannot_be_measured_is_no_way_out),
		cmocka_unit_test(choosing_it_everywhere_is_0_and_no_grader_error),
		cmocka_unit_test(what_counts_does_not_depend_on_the_choice),
		cmocka_unit_test(too_few_cards_that_can_be_measured_are_no_grade),
		cmocka_unit_test(a_broken_control_is_no_grade),
	};

	return cmocka_run_group_tests(tests, begin, end);
}

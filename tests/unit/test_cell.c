/*
 * test_cell.c - each setter overwrites what was there, texts are cut and never overrun, an errno becomes a status
 */
#include "cell.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A cell in which everything is set, so that what a setter forgets shows. */
static struct cell used_cell(void)
{
	struct cell c = {0};

	cell_crashed(&c, SIGSEGV, "old");
	c.error = EPERM;
	strcpy(c.call, "old");
	return c;
}

static void assert_fresh(const struct cell *c, enum status status, enum value_kind kind, const char *detail)
{
	assert_int_equal(c->status, status);
	assert_int_equal(c->kind, kind);
	assert_string_equal(c->detail, detail);
	if (status != CRASHED)
		assert_int_equal(c->signal, 0);
	assert_int_equal(c->error, 0);
	assert_string_equal(c->call, "");
}

static void test_zero_is_failed(void **state)
{
	const struct cell c = {0};

	(void)state;
	assert_int_equal(c.status, FAILED);
	assert_int_equal(c.kind, UNKNOWN);
	assert_int_equal(c.saw, SAW_NOTHING);
}

static void test_values(void **state)
{
	struct cell c = used_cell();

	(void)state;
	cell_truth(&c, true);
	assert_fresh(&c, MEASURED, TRUTH, "");
	assert_true(c.truth);
	cell_truth(&c, false);
	assert_false(c.truth);
	c = used_cell();
	cell_number(&c, UINT64_MAX);
	assert_fresh(&c, MEASURED, NUMERAL, "");
	assert_true(c.number == UINT64_MAX);
	c = used_cell();
	cell_word(&c, "different");
	assert_fresh(&c, MEASURED, WORD, "");
	assert_string_equal(c.word, "different");
}

static void test_other_ends(void **state)
{
	struct cell c = used_cell();

	(void)state;
	cell_fail(&c, "%s %d", "why", 7);
	assert_fresh(&c, FAILED, UNKNOWN, "why 7");
	c = used_cell();
	cell_not_applicable(&c, "no %s", "memory");
	assert_fresh(&c, NOT_APPLICABLE, UNKNOWN, "no memory");
	c = used_cell();
	cell_hung(&c, "%s waits", "sender");
	assert_fresh(&c, HUNG, UNKNOWN, "sender waits");
	c = (struct cell){0};
	cell_crashed(&c, SIGBUS, "%s died", "sender");
	assert_fresh(&c, CRASHED, UNKNOWN, "sender died");
	assert_int_equal(c.signal, SIGBUS);
}

static void assert_status_of(int error, enum status status)
{
	struct cell c = used_cell();
	char detail[sizeof c.detail];

	cell_error(&c, error, "call", "place");
	snprintf(detail, sizeof detail, "place: call: %s", strerror(error));
	assert_int_equal(c.status, status);
	assert_int_equal(c.kind, UNKNOWN);
	assert_int_equal(c.error, error);
	assert_int_equal(c.signal, 0);
	assert_string_equal(c.call, "call");
	assert_string_equal(c.detail, detail);
}

static void test_errors(void **state)
{
	(void)state;
	assert_status_of(EPERM, REFUSED);
	assert_status_of(EACCES, REFUSED);
	assert_status_of(EROFS, REFUSED);
	assert_status_of(ENOSYS, UNSUPPORTED);
	assert_status_of(EOPNOTSUPP, UNSUPPORTED);
	assert_status_of(EAFNOSUPPORT, UNSUPPORTED);
	assert_status_of(EPROTONOSUPPORT, UNSUPPORTED);
	assert_status_of(ESOCKTNOSUPPORT, UNSUPPORTED);
	assert_status_of(ENOSPC, FAILED);
	assert_status_of(EMFILE, FAILED);
	assert_status_of(EINVAL, FAILED);
}

/* Only a /proc that is not there, or may not be read, says that something cannot be had. */
static void test_no_proc(void **state)
{
	static const struct {
		int error;
		enum status status;
	} looks[] = {{ENOENT, UNSUPPORTED}, {EACCES, UNSUPPORTED}, {EPERM, UNSUPPORTED}, {EMFILE, FAILED},
		     {ENFILE, FAILED},      {ENOMEM, FAILED},      {EIO, FAILED}};
	struct cell c = {0};

	(void)state;
	for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
		cell_no_proc(&c, looks[i].error, "open", "looking");
		assert_int_equal(c.status, looks[i].status);
		assert_int_equal(c.error, looks[i].error);
		assert_string_equal(c.call, "open");
	}
}

/* No room for a namespace is a limit, and not a disk that is full. */
static void test_a_limit_refuses(void **state)
{
	struct cell c = {0};

	(void)state;
	cell_error(&c, ENOSPC, "unshare", "start");
	assert_int_equal(c.status, REFUSED);
	cell_error(&c, ENOSPC, "ftruncate", "setup");
	assert_int_equal(c.status, FAILED);
}

static void test_long_texts_are_cut(void **state)
{
	char text[1000];
	struct cell c = {0};

	(void)state;
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	cell_word(&c, text);
	assert_int_equal(strlen(c.word), sizeof c.word - 1);
	cell_error(&c, EIO, text, text);
	assert_int_equal(strlen(c.call), sizeof c.call - 1);
	assert_int_equal(strlen(c.detail), sizeof c.detail - 1);
	cell_detail(&c, "%s", text);
	assert_int_equal(strlen(c.detail), sizeof c.detail - 1);
	cell_fact(&c, text, "%s", text);
	assert_int_equal(strlen(c.facts[0].key), sizeof c.facts[0].key - 1);
	assert_int_equal(strlen(c.facts[0].text), sizeof c.facts[0].text - 1);
	assert_string_equal(c.facts[1].key, "");
	assert_string_equal(c.leak, "");
}

static void test_detail_alone_keeps_the_rest(void **state)
{
	struct cell c = {0};

	(void)state;
	cell_truth(&c, true);
	cell_detail(&c, "%d of %d bytes", 1, 2);
	assert_fresh(&c, MEASURED, TRUTH, "1 of 2 bytes");
	assert_true(c.truth);
}

/* NULL: there is no such figure. */
static const char *fact_text(const struct cell *c, const char *key)
{
	for (const struct fact *f = c->facts; f < c->facts + CELL_FACTS; f++)
		if (strcmp(f->key, key) == 0)
			return f->text;
	return NULL;
}

static void test_facts(void **state)
{
	struct cell c = {0};
	char key[] = "a";

	(void)state;
	assert_null(fact_text(&c, "a"));
	for (int i = 0; i < CELL_FACTS; i++, key[0]++)
		cell_fact(&c, key, "%d", i);
	assert_string_equal(fact_text(&c, "a"), "0");
	assert_string_equal(fact_text(&c, "d"), "3");
	cell_fact(&c, "b", "%s", "other");
	assert_string_equal(fact_text(&c, "b"), "other");
	assert_string_equal(fact_text(&c, "c"), "2");
	cell_fact(&c, "e", "dropped");
	assert_null(fact_text(&c, "e"));
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(status_name(FAILED), "failed");
	assert_string_equal(status_name(MEASURED), "measured");
	assert_string_equal(status_name(REFUSED), "refused");
	assert_string_equal(status_name(UNSUPPORTED), "unsupported");
	assert_string_equal(status_name(NOT_APPLICABLE), "not_applicable");
	assert_string_equal(status_name(CRASHED), "crashed");
	assert_string_equal(status_name(HUNG), "hung");
	assert_null(saw_name(SAW_NOTHING));
	assert_string_equal(saw_name(SAW_MESSAGE), "message");
	assert_string_equal(saw_name(SAW_STALE), "stale");
	assert_string_equal(saw_name(SAW_EMPTY), "empty");
	assert_string_equal(saw_name(SAW_GARBLED), "garbled");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zero_is_failed),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_other_ends),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_no_proc),
		cmocka_unit_test(test_a_limit_refuses),
		cmocka_unit_test(test_long_texts_are_cut),
		cmocka_unit_test(test_detail_alone_keeps_the_rest),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

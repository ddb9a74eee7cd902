/*
 * test_hints.c - a hint speaks of what was measured
 */
#include "grade/hints.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_hint(enum item item, const char *cause, int attempt, const char *word)
{
	const char *hint = hint_for(item, cause, attempt);

	if (!strstr(hint, word))
		fail_msg("'%s' is not in: %s", word, hint);
}

static void a_process_that_is_left_is_no_descriptor(void **state)
{
	(void)state;
	assert_hint(ITEM_NO_LEAK, "process", 1, "process");
	assert_hint(ITEM_NO_LEAK, "process", 2, "waits for it");
	assert_hint(ITEM_NO_LEAK, "zombie", 1, "waits");
	assert_hint(ITEM_NO_LEAK, "descriptors", 1, "descriptors");
}

static void interruption_is_named_where_a_call_was_cut_short(void **state)
{
	static const char *const causes[] = {"error", "send_error", "short"};

	(void)state;
	for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
		assert_hint(ITEM_SIGNALS, causes[i], 2, "EINTR");
	assert_hint(ITEM_LARGEST, "short", 2, "stream");
	assert_null(strstr(hint_for(ITEM_SIGNALS, "hang", 2), "EINTR"));
	assert_null(strstr(hint_for(ITEM_SIGNALS, "spin", 2), "EINTR"));
	assert_null(strstr(hint_for(ITEM_SIGNALS, "other", 2), "EINTR"));
}

static void each_cause_has_its_own(void **state)
{
	(void)state;
	assert_hint(ITEM_MANY, "hang", 1, "Who waits for whom");
	assert_hint(ITEM_MANY, "garbled", 1, "second message");
	assert_hint(ITEM_MANY, "spin", 1, "loop");
	assert_hint(ITEM_PARENT_TO_CHILD, "garbled", 1, "another");
	assert_hint(ITEM_BUILD, "limits", 1, "busy");
	assert_hint(ITEM_BUILD, "errors", 1, "first error");
	assert_hint(ITEM_SENDER_KILLED, "lost", 1, "before the end");
	assert_hint(ITEM_SENDER_KILLED, "hang", 1, "wake it");
	assert_hint(ITEM_NO_LEAK, "cloexec", 1, "exec");
}

static void slow_is_no_failure_of_the_item(void **state)
{
	(void)state;
	for (int item = ITEM_PARENT_TO_CHILD; item < ITEMS; item++)
		assert_hint((enum item)item, "slow", 1, "system calls");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_process_that_is_left_is_no_descriptor),
		cmocka_unit_test(interruption_is_named_where_a_call_was_cut_short),
		cmocka_unit_test(each_cause_has_its_own),
		cmocka_unit_test(slow_is_no_failure_of_the_item),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

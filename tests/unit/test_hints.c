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

static void assert_hint_at(const char *level, enum item item, const char *cause, int attempt, const char *word)
{
	const char *hint = hint_for(level_find(level), item, cause, attempt);

	if (!strstr(hint, word))
		fail_msg("%s: '%s' is not in: %s", level, word, hint);
}

static void assert_hint(enum item item, const char *cause, int attempt, const char *word)
{
	assert_hint_at("L2", item, cause, attempt, word);
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
	static const char *const others[] = {"error",          "send_error", "setup", "too_many", "again",
					     "hook_minus_one", "hang",       "spin",  "other"};

	(void)state;
	assert_hint(ITEM_SIGNALS, "interrupted", 2, "EINTR");
	assert_hint(ITEM_RECEIVER_FIRST, "interrupted", 2, "EINTR");
	assert_hint(ITEM_SIGNALS, "short", 2, "EINTR");
	assert_hint(ITEM_LARGEST, "short", 2, "stream");
	assert_hint_at("L4", ITEM_SIGNALS, "short", 1, "buffer");
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		assert_null(strstr(hint_for(level_find("L2"), ITEM_SIGNALS, others[i], 2), "EINTR"));
}

/* Whatever the item tries, a hook that has failed there has failed for a reason of its own. */
static void a_failed_hook_is_no_failure_of_the_item(void **state)
{
	static const struct {
		const char *cause, *word;
	} failures[] = {
		{"setup", "setup()"},       {"attach", "attach()"},      {"join", "join()"},
		{"attach", "Which call"},   {"too_many", "descriptors"}, {"hook_minus_one", "or -errno"},
		{"no_hook", "Which hooks"}, {"no_mem", "Which hooks"},
	};

	(void)state;
	for (int item = ITEM_PARENT_TO_CHILD; item < ITEM_SANITIZERS; item++)
		for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
			assert_hint((enum item)item, failures[i].cause, 1, failures[i].word);
}

static void each_cause_has_its_own(void **state)
{
	(void)state;
	assert_hint(ITEM_MANY, "hang", 1, "Who waits for whom");
	assert_hint(ITEM_MANY, "garbled", 1, "second message");
	assert_hint(ITEM_MANY, "spin", 1, "loop");
	assert_hint(ITEM_MANY, "again", 1, "second message");
	assert_hint(ITEM_MANY, "error", 1, "Which call failed");
	assert_hint(ITEM_MANY, "send_error", 1, "Which call failed");
	assert_hint(ITEM_CHILD_TO_PARENT, "taken", 1, "two links");
	assert_hint(ITEM_CLEAN_KILL, "taken", 1, "of that name");
	assert_hint_at("L1", ITEM_PARENT_TO_CHILD, "no_mem", 1, "where your memory is");
	assert_hint_at("L1", ITEM_PARENT_TO_CHILD, "no_size", 1, "how large your memory is");
	assert_hint_at("L4", ITEM_MANY, "too_many", 1, "queues");
	assert_hint(ITEM_CLEAN_EXIT, "residue", 1, "after your program");
	assert_hint(ITEM_CLEAN_EXIT, "hang", 1, "Who sleeps");
	assert_hint(ITEM_RECEIVER_KILLED, "swallowed", 1, "What does send() return");
	assert_hint(ITEM_END_OF_STREAM, "phantom", 1, "when the end has come");
	assert_hint(ITEM_LARGEST, "garbled", 1, "in the buffer");
	assert_hint_at("L5", ITEM_PARENT_TO_CHILD, "garbled", 1, "another");
	assert_hint(ITEM_BUILD, "limits", 1, "busy");
	assert_hint(ITEM_BUILD, "errors", 1, "first error");
	assert_hint(ITEM_SENDER_KILLED, "lost", 1, "before the end");
	assert_hint_at("L5", ITEM_SENDER_KILLED, "hang", 1, "wake it");
	assert_hint_at("L5", ITEM_END_OF_STREAM, "naps", 1, "wake it");
	assert_hint_at("L2", ITEM_END_OF_STREAM, "naps", 1, "by the clock");
	assert_hint(ITEM_PARENT_TO_CHILD, "minus_one", 1, "or -errno");
	assert_hint(ITEM_SIGNALS, "minus_one", 1, "handler");
	assert_hint(ITEM_NO_LEAK, "cloexec", 1, "exec");
}

static void slow_is_no_failure_of_the_item(void **state)
{
	(void)state;
	for (int item = ITEM_PARENT_TO_CHILD; item < ITEMS; item++)
		assert_hint((enum item)item, "slow", 1, "system calls");
}

static const char *const causes[] = {
	"stale",     "empty",     "short",      "send_short",  "cut",       "boundary", "ended",       "slow",
	"hang",      "spin",      "sigpipe",    "crash",       "start",     "stopped",  "error",       "early",
	"full",      "minus_one", "send_error", "garbled",     "unnoticed", "lost",     "interrupted", "again",
	"too_many",  "taken",     "setup",      "attach",      "join",      "no_mem",   "no_size",     "no_hook",
	"swallowed", "phantom",   "residue",    "descriptors", ""};

static void assert_lacks(const struct level *l, enum item item, const char *cause, const char *const *words)
{
	for (int attempt = 1; attempt <= 3; attempt++) {
		const char *hint = hint_for(l, item, cause, attempt);
		assert_non_null(hint);
		for (size_t i = 0; words[i]; i++)
			if (strstr(hint, words[i]))
				fail_msg("%s, %s, %s: %s", l->name, item_infos[item].id, cause, hint);
	}
}

/* Whatever may fail at a level, but for what is left behind, for which the names of all kinds are listed. */
static void assert_never_said(const char *level, const char *const *words)
{
	const struct level *l = level_find(level);

	for (int item = ITEM_PARENT_TO_CHILD; item < ITEM_CLEAN_EXIT; item++)
		for (size_t i = 0; level_asks(l, (enum item)item) && i < sizeof causes / sizeof causes[0]; i++)
			assert_lacks(l, (enum item)item, causes[i], words);
}

static void a_level_hears_nothing_of_other_levels(void **state)
{
	static const char *const of_memory[] = {"sem_", "futex", "pidfd", "shm_overview", "plain variable", NULL};
	static const char *const of_messages[] = {"mq_", "read(2) promise", "write end", "Pipe capacity", NULL};

	(void)state;
	assert_never_said("L2", of_memory);
	assert_never_said("L4", of_memory);
	assert_never_said("L6", of_memory);
	assert_never_said("L1", of_messages);
	assert_never_said("L3", of_messages);
	assert_never_said("L5", of_messages);
}

static void what_holds_a_waiting_receiver_depends_on_the_level(void **state)
{
	(void)state;
	assert_hint_at("L2", ITEM_SENDER_KILLED, "hang", 1, "still write");
	assert_hint_at("L6", ITEM_SENDER_KILLED, "hang", 1, "still write");
	assert_hint_at("L5", ITEM_END_OF_STREAM, "hang", 1, "wake it");
	assert_hint_at("L5", ITEM_RECEIVER_KILLED, "unnoticed", 2, "Memory keeps");
	assert_hint_at("L4", ITEM_LARGEST, "short", 1, "buffer");
	assert_hint_at("L4", ITEM_SLEEPS, "spin", 3, "mq_overview");
	assert_hint_at("L5", ITEM_SLEEPS, "spin", 3, "futex");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_process_that_is_left_is_no_descriptor),
		cmocka_unit_test(interruption_is_named_where_a_call_was_cut_short),
		cmocka_unit_test(a_failed_hook_is_no_failure_of_the_item),
		cmocka_unit_test(each_cause_has_its_own),
		cmocka_unit_test(a_level_hears_nothing_of_other_levels),
		cmocka_unit_test(what_holds_a_waiting_receiver_depends_on_the_level),
		cmocka_unit_test(slow_is_no_failure_of_the_item),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_nearest.c - what somebody meant who mistyped a name
 */
#include "nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const names[] = {"malloc", "memfd", "mmap_shared", "mmap_private", "pipe", "shm_open"};

static const char *near(const char *word)
{
	return nearest(word, names, sizeof names / sizeof names[0]);
}

static void test_likeness(void **state)
{
	const char *run = "run";

	(void)state;
	assert_string_equal(near("pipe"), "pipe");
	assert_string_equal(near("pip"), "pipe");
	assert_string_equal(near("pipes"), "pipe");
	assert_string_equal(near("piep"), "pipe");
	assert_string_equal(nearest("rnu", &run, 1), "run"); /* one swap, and not two changes */
	assert_string_equal(near("maloc"), "malloc");
	assert_string_equal(near("mmapshared"), "mmap_shared");
	assert_string_equal(near("shmopen"), "shm_open");
}

static void test_no_likeness(void **state)
{
	(void)state;
	assert_null(near("telephone"));
	assert_null(near("x"));
	assert_null(near(""));
	assert_null(near("qqqq"));
}

static void test_the_fewest_edits_win(void **state)
{
	static const char *const words[] = {"abcdef", "abcdxx", "abcdex"};

	(void)state;
	assert_string_equal(nearest("abcdxy", words, 3), "abcdxx");
	assert_string_equal(nearest("abcdey", words, 3), "abcdef"); /* the first of equals */
	assert_string_equal(nearest("abcdexy", words, 3), "abcdex");
}

static void test_nothing_to_choose_from(void **state)
{
	(void)state;
	assert_null(nearest("pipe", names, 0));
}

/* Longer than any name can be: neither a crash nor a likeness. */
static void test_a_long_word(void **state)
{
	char word[4096];
	const char *list[] = {word};

	(void)state;
	memset(word, 'a', sizeof word - 1);
	word[sizeof word - 1] = '\0';
	assert_null(near(word));
	assert_ptr_equal(nearest(word, list, 1), word);
	assert_null(nearest("pipe", list, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_likeness),
		cmocka_unit_test(test_no_likeness),
		cmocka_unit_test(test_the_fewest_edits_win),
		cmocka_unit_test(test_nothing_to_choose_from),
		cmocka_unit_test(test_a_long_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_message.c - random messages that are told from everything else
 */
#include "message.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { SIZE = 1 << 16 };

static unsigned char before[SIZE], sent[SIZE], seen[SIZE];

/* Every value occurs in `before` some 256 times, so that a clash would show. */
static void test_never_zero_never_what_was_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < SIZE; i++)
		before[i] = (unsigned char)i;
	for (int round = 0; round < 8; round++) {
		assert_int_equal(message_make(sent, before, SIZE), 0);
		for (size_t i = 0; i < SIZE; i++) {
			assert_int_not_equal(sent[i], 0);
			assert_int_not_equal(sent[i], before[i]);
		}
	}
}

static void test_without_before(void **state)
{
	unsigned count[UCHAR_MAX + 1] = {0};

	(void)state;
	assert_int_equal(message_make(sent, NULL, SIZE), 0);
	for (size_t i = 0; i < SIZE; i++)
		count[sent[i]]++;
	assert_int_equal(count[0], 0);
	for (int byte = 1; byte <= UCHAR_MAX; byte++)
		assert_int_not_equal(count[byte], 0); /* each is expected 257 times */
}

static void test_two_messages_differ(void **state)
{
	(void)state;
	assert_int_equal(message_make(sent, NULL, 64), 0);
	assert_int_equal(message_make(seen, NULL, 64), 0);
	assert_memory_not_equal(sent, seen, 64);
}

static void test_only_len_bytes_are_written(void **state)
{
	(void)state;
	memset(sent, 0, SIZE);
	assert_int_equal(message_make(sent, NULL, 5), 0);
	assert_int_not_equal(sent[4], 0);
	assert_int_equal(sent[5], 0);
	assert_int_equal(message_make(sent + 5, NULL, 0), 0);
	assert_int_equal(sent[5], 0);
}

static enum saw judge(const void *bytes, const void *old)
{
	return message_judge(bytes, (const unsigned char *)"new", old, 3);
}

static void test_judge(void **state)
{
	(void)state;
	assert_int_equal(judge("new", "old"), SAW_MESSAGE);
	assert_int_equal(judge("new", "new"), SAW_MESSAGE);
	assert_int_equal(judge("new", NULL), SAW_MESSAGE);
	assert_int_equal(judge("old", "old"), SAW_STALE);
	assert_int_equal(judge("old", NULL), SAW_GARBLED);
	assert_int_equal(judge("\0\0\0", "old"), SAW_EMPTY);
	assert_int_equal(judge("\0\0\0", NULL), SAW_EMPTY);
	assert_int_equal(judge("\0\0\0", "\0\0\0"), SAW_STALE);
	assert_int_equal(judge("\0\0w", "old"), SAW_GARBLED);
	assert_int_equal(judge("n\0\0", "old"), SAW_GARBLED);
	assert_int_equal(judge("nlw", "old"), SAW_GARBLED);
	assert_int_equal(judge("neW", "old"), SAW_GARBLED);
}

/* One wrong byte at either end of a large message. */
static void test_judge_looks_at_every_byte(void **state)
{
	(void)state;
	assert_int_equal(message_make(sent, NULL, SIZE), 0);
	memcpy(seen, sent, SIZE);
	assert_int_equal(message_judge(seen, sent, NULL, SIZE), SAW_MESSAGE);
	seen[SIZE - 1] ^= 1;
	assert_int_equal(message_judge(seen, sent, NULL, SIZE), SAW_GARBLED);
	memset(seen, 0, SIZE);
	assert_int_equal(message_judge(seen, sent, NULL, SIZE), SAW_EMPTY);
	seen[SIZE - 1] = 1;
	assert_int_equal(message_judge(seen, sent, NULL, SIZE), SAW_GARBLED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_never_zero_never_what_was_there),
		cmocka_unit_test(test_without_before),
		cmocka_unit_test(test_two_messages_differ),
		cmocka_unit_test(test_only_len_bytes_are_written),
		cmocka_unit_test(test_judge),
		cmocka_unit_test(test_judge_looks_at_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

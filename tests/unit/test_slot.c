/*
 * test_slot.c - numbers for runs: no two the same, and nobody else can take them away unnoticed
 */
#include "grade/slot.h"

#include <errno.h>
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

static char parent[] = "/tmp/ipckit-slot.XXXXXX", folder[64], locks[80], why[SLOT_WHY];

static int begin(void **state)
{
	(void)state;
	strcpy(parent + sizeof parent - 7, "XXXXXX");
	if (!mkdtemp(parent))
		return -1;
	snprintf(folder, sizeof folder, "%s/ipckit-slots-%u", parent, (unsigned)geteuid());
	snprintf(locks, sizeof locks, "%s/locks", folder);
	return 0;
}

static int end(void **state)
{
	(void)state;
	unlink(locks);
	unlink(folder);
	rmdir(folder);
	return rmdir(parent);
}

static void no_two_have_the_same_number(void **state)
{
	int a = slot_take_in(parent, why), b = slot_take_in(parent, why), again;

	(void)state;
	assert_true(a >= 0 && b >= 0);
	assert_int_equal(slot_number(a), 0);
	assert_int_equal(slot_number(b), 1);
	slot_give_back(a);
	again = slot_take_in(parent, why);
	assert_int_equal(slot_number(again), 0);
	slot_give_back(again);
	slot_give_back(b);
}

static void expect_refused(const char *reason)
{
	assert_true(slot_take_in(parent, why) < 0);
	if (!strstr(why, reason) || !strstr(why, folder))
		fail_msg("'%s' does not say '%s'", why, reason);
}

static void a_folder_that_is_open_to_others_is_refused(void **state)
{
	(void)state;
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(chmod(folder, 0710), 0);
	expect_refused("is open to other users");
}

static void a_link_is_refused(void **state)
{
	char elsewhere[] = "/tmp/ipckit-slot.XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(elsewhere));
	assert_int_equal(symlink(elsewhere, folder), 0);
	expect_refused(strerror(ENOTDIR));
	assert_int_equal(rmdir(elsewhere), 0); /* and nothing was made there */
}

static void another_users_folder_is_refused(void **state)
{
	(void)state;
	assert_int_equal(mkdir(folder, 0700), 0);
	if (chown(folder, 65534, 65534) == -1)
		skip(); /* an ordinary user, or a user namespace without another user */
	expect_refused("belongs to another user");
}

static void what_lies_in_the_way_is_named(void **state)
{
	(void)state;
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(symlink("/nowhere/else", locks), 0);
	expect_refused(strerror(ELOOP));
}

#define SLOT_TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SLOT_TEST(no_two_have_the_same_number),
		SLOT_TEST(a_folder_that_is_open_to_others_is_refused),
		SLOT_TEST(a_link_is_refused),
		SLOT_TEST(another_users_folder_is_refused),
		SLOT_TEST(what_lies_in_the_way_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

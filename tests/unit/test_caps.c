/*
 * test_caps.c - what is left of the privileges, as /proc/self/status tells; each try in a child
 */
#include "caps.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Sets of capabilities as bits, and a flag; ~0 where the kernel does not tell. */
static unsigned long long status_field(const char *name)
{
	FILE *f = fopen("/proc/self/status", "re");
	unsigned long long value = ~0ULL;
	char line[256];

	while (f && fgets(line, sizeof line, f))
		if (strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':')
			value = strtoull(line + strlen(name) + 1, NULL, 16);
	if (f)
		fclose(f);
	return value;
}

static bool permitted(cap_value_t capability)
{
	return status_field("CapPrm") >> capability & 1;
}

/* Runs a test in a child; its exit status is the line that did not hold, or 0. */
static void assert_holds_in_child(int (*test)(void))
{
	int status;
	pid_t pid = fork();

	assert_int_not_equal(pid, -1);
	if (pid == 0)
		_exit(test());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* 1, 2, … : the first of the conditions that does not hold; 0: all do. */
static int first_false(const bool *held, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!held[i])
			return (int)i + 1;
	return 0;
}

static int lower(void)
{
	unsigned long long before = status_field("CapPrm");
	bool held[] = {
		caps_lower() == 0,
		status_field("CapEff") == 0,
		(status_field("CapPrm") & ~before) == 0,
		!permitted(CAP_SYS_MODULE),
		!permitted(CAP_DAC_OVERRIDE),
		caps_lower() == 0, /* again: nothing changes */
		status_field("CapEff") == 0,
	};

	return first_false(held, sizeof held / sizeof held[0]);
}

static void test_lower(void **state)
{
	(void)state;
	assert_holds_in_child(lower);
}

static int raise_and_lower(void)
{
	bool held[] = {
		caps_lower() == 0,
		caps_raise(CAP_SYS_ADMIN) == 0,
		status_field("CapEff") == 1ULL << CAP_SYS_ADMIN,
		caps_lower() == 0,
		status_field("CapEff") == 0,
		caps_raise(CAP_SYS_ADMIN) == 0, /* it was kept */
		caps_raise(CAP_SYS_MODULE) == -EPERM,
	};

	return first_false(held, sizeof held / sizeof held[0]);
}

static void test_raise(void **state)
{
	(void)state;
	if (!permitted(CAP_SYS_ADMIN))
		skip();
	assert_holds_in_child(raise_and_lower);
}

static int grade(void)
{
	const unsigned long long files = 1ULL << CAP_CHOWN | 1ULL << CAP_DAC_OVERRIDE | 1ULL << CAP_FOWNER;
	bool held[] = {
		caps_lower_for_grading() == 0,
		status_field("CapEff") == 0,
		(status_field("CapPrm") & files) == files,
		!permitted(CAP_SYS_MODULE),
		caps_raise_for_files() == 0,
		status_field("CapEff") == files,
		caps_lower() == 0,
		status_field("CapEff") == 0,
		caps_raise_kept() == 0,
		status_field("CapEff") == status_field("CapPrm"),
		caps_lower() == 0,
		status_field("CapEff") == 0,
	};

	return first_false(held, sizeof held / sizeof held[0]);
}

static void test_grade(void **state)
{
	(void)state;
	if (!permitted(CAP_CHOWN) || !permitted(CAP_DAC_OVERRIDE) || !permitted(CAP_FOWNER))
		skip();
	assert_holds_in_child(grade);
}

/* Without CAP_SETPCAP nobody
 may empty the bounding set; then no_new_privs alone keeps the way back shut. */
static int drop(void)
{
	bool can_empty = permitted(CAP_SETPCAP);
	bool held[] = {
		caps_lower() == 0,
		caps_bar() == 0,
		caps_drop() == 0,
		status_field("CapEff") == 0,
		status_field("CapPrm") == 0,
		status_field("CapInh") == 0,
		status_field("CapAmb") == 0,
		!can_empty || status_field("CapBnd") == 0,
		status_field("NoNewPrivs") == 1,
		caps_raise(CAP_SYS_ADMIN) == -EPERM,
		caps_lower() == 0,
		status_field("CapPrm") == 0,
	};

	return first_false(held, sizeof held / sizeof held[0]);
}

static void test_drop(void **state)
{
	(void)state;
	assert_holds_in_child(drop);
}

/* It stays so for whoever is forked from there, and for what that executes. */
static int drop_and_exec(void)
{
	int status;

	if (caps_lower() != 0 || caps_bar() != 0 || caps_drop() != 0)
		return 1;
	if (fork() == 0) {
		execlp("sh", "sh", "-c", "grep -E '^Cap(Prm|Eff|Amb):.*[1-9a-f]' /proc/self/status; [ $? -eq 1 ]",
		       (char *)NULL);
		_exit(2);
	}
	wait(&status);
	return status == 0 ? 0 : 3;
}

static void test_no_way_back(void **state)
{
	(void)state;
	assert_holds_in_child(drop_and_exec);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lower), cmocka_unit_test(test_raise),       cmocka_unit_test(test_grade),
		cmocka_unit_test(test_drop),  cmocka_unit_test(test_no_way_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

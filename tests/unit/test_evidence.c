/*
 * test_evidence.c - same page or not: the decision for every combination, and what the kernel says of our own pages
 */
#include "evidence.h"

#include "caps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* present, frame, exclusive, file_shared */
static const struct page absent = {false, 0, false, false};
static const struct page frame_1 = {true, 1, true, false};
static const struct page frame_2 = {true, 2, true, false};
static const struct page frame_1_shared = {true, 1, false, true};
static const struct page own = {true, 0, true, false};
static const struct page common = {true, 0, false, false};
static const struct page own_of_file = {true, 0, true, true};
static const struct page common_of_file = {true, 0, false, true};

/* Both ways round: which of the two is the parent's does not matter. */
static void assert_compares(const struct page *a, const struct page *b, enum sameness sameness)
{
	assert_int_equal(evidence_compare(a, b), sameness);
	assert_int_equal(evidence_compare(b, a), sameness);
}

static void test_frames(void **state)
{
	(void)state;
	assert_compares(&frame_1, &frame_1, SAME_PAGE);
	assert_compares(&frame_1, &frame_2, DIFFERENT_PAGES);
	assert_compares(&frame_1, &frame_1_shared, SAME_PAGE); /* numbers are stronger than bits */
	assert_string_equal(evidence_source(&frame_1, &frame_2), "pagemap");
}

static void test_bits(void **state)
{
	(void)state;
	assert_compares(&own, &own, DIFFERENT_PAGES);
	assert_compares(&common, &common, SAME_PAGE);
	assert_compares(&own, &common, DIFFERENT_PAGES);
	assert_compares(&own_of_file, &own_of_file, DIFFERENT_PAGES);
	assert_compares(&common_of_file, &common_of_file, SAME_PAGE);
	assert_compares(&own_of_file, &common_of_file, DIFFERENT_PAGES);
	assert_compares(&own, &own_of_file, DIFFERENT_PAGES);
	assert_compares(&own, &common_of_file, DIFFERENT_PAGES);
	assert_compares(&common, &common_of_file, DIFFERENT_PAGES);
	assert_string_equal(evidence_source(&own, &own), "bits 56/61");
}

static void test_one_frame_is_no_number_to_compare(void **state)
{
	(void)state;
	assert_compares(&frame_1, &own, DIFFERENT_PAGES);
	assert_compares(&frame_1, &common, DIFFERENT_PAGES);
	assert_compares(&frame_1_shared, &common_of_file, SAME_PAGE);
	assert_string_equal(evidence_source(&frame_1, &own), "bits 56/61");
}

static void test_absent_pages(void **state)
{
	(void)state;
	assert_compares(&absent, &absent, CANNOT_TELL);
	assert_compares(&absent, &frame_1, CANNOT_TELL);
	assert_compares(&absent, &common, CANNOT_TELL);
}

/* Two pages that nobody has touched; skips where /proc has no pagemap. */
static unsigned char *map(int kind)
{
	unsigned char *mem =
		mmap(NULL, 2 * (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE, kind | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(mem, MAP_FAILED);
	madvise(mem, 2 * (size_t)sysconf(_SC_PAGESIZE), MADV_NOHUGEPAGE);
	if (access("/proc/self/pagemap", R_OK) == -1)
		skip();
	return mem;
}

static struct page look(const void *address)
{
	struct page page;

	assert_int_equal(evidence_page(getpid(), address, &page), 0);
	return page;
}

static void test_own_pages(void **state)
{
	unsigned char *mem = map(MAP_PRIVATE);
	unsigned char *other = mem + sysconf(_SC_PAGESIZE);
	struct page a, b;

	(void)state;
	assert_false(look(mem).present);
	mem[0] = 1;
	assert_false(look(other).present);
	other[0] = 1;
	a = look(mem);
	b = look(other);
	assert_true(a.present);
	assert_true(a.exclusive);
	assert_false(a.file_shared);
	assert_int_equal(evidence_compare(&a, &b), DIFFERENT_PAGES);
	assert_true(look(other - 1).frame == a.frame); /* the last byte is on the same page as the first */
}

static void test_shared_page(void **state)
{
	unsigned char *mem = map(MAP_SHARED);

	(void)state;
	mem[0] = 1;
	assert_true(look(mem).present);
	assert_true(look(mem).file_shared);
}

/* The pages of a child, before and after it has written. Steps are taken by pipe. */
static void test_pages_of_a_child(void **state)
{
	unsigned char *copied = map(MAP_PRIVATE), *shared = map(MAP_SHARED);
	struct page mine, its;
	int go[2], done[2];
	char byte;
	pid_t child;

	(void)state;
	copied[0] = shared[0] = 1;
	assert_int_equal(pipe(go), 0);
	assert_int_equal(pipe(done), 0);
	child = fork();
	if (child == 0) {
		copied[0]++;
		shared[0]++;
		_exit(write(done[1], "", 1) == 1 && read(go[0], &byte, 1) == 1 ? 0 : 1);
	}
	assert_int_equal(read(done[0], &byte, 1), 1);
	mine = look(copied);
	assert_int_equal(evidence_page(child, copied, &its), 0);
	assert_int_equal(evidence_compare(&mine, &its), DIFFERENT_PAGES);
	mine = look(shared);
	assert_int_equal(evidence_page(child, shared, &its), 0);
	assert_int_equal(evidence_compare(&mine, &its), SAME_PAGE);
	assert_int_equal(write(go[1], "", 1), 1);
	waitpid(child, NULL, 0);
	assert_true(evidence_page(child, shared, &its) < 0); /* there is no such process any more */
}

/* With the privilege the frames are shown, and it is effective for that one moment only. */
static void test_privilege_is_lowered_again(void **state)
{
	unsigned char *mem = map(MAP_PRIVATE);
	cap_flag_value_t effective;
	cap_t caps;

	(void)state;
	mem[0] = 1;
	caps_lower();
	if (caps_raise(CAP_SYS_ADMIN) != 0)
		skip();
	caps_lower();
	assert_true(look(mem).frame != 0);
	caps = cap_get_proc();
	assert_int_equal(cap_get_flag(caps, CAP_SYS_ADMIN, CAP_EFFECTIVE, &effective), 0);
	assert_int_equal(effective, CAP_CLEAR);
	cap_free(caps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_one_frame_is_no_number_to_compare),
		cmocka_unit_test(test_absent_pages),
		cmocka_unit_test(test_own_pages),
		cmocka_unit_test(test_shared_page),
		cmocka_unit_test(test_pages_of_a_child),
		cmocka_unit_test(test_privilege_is_lowered_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

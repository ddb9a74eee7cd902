/*
 * test_objects.c - rendezvous names, and removing what exists under them
 */
#include "objects.h"

#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* One place of 64 random names has fewer than 5 values less than once in 10^30 times. */
enum { DIGITS = 32, NAMES = 64, SEEN_LEAST = 5 };

static const char digits[] = "0123456789abcdef";

static char name[LINK_NAME_SIZE];

static int fresh_name(void **state)
{
	(void)state;
	return objects_name(name, sizeof name);
}

static void test_form_of_a_name(void **state)
{
	const char *number = name + strlen(OBJECTS_PREFIX);

	(void)state;
	assert_int_equal(strncmp(name, OBJECTS_PREFIX, strlen(OBJECTS_PREFIX)), 0);
	assert_int_equal(name[0], '/');
	assert_null(strchr(name + 1, '/'));
	assert_int_equal(strlen(number), DIGITS);
	assert_int_equal(strspn(number, digits), DIGITS);
}

static void test_names_differ(void **state)
{
	char other[LINK_NAME_SIZE];

	(void)state;
	assert_int_equal(objects_name(other, sizeof other), 0);
	assert_string_not_equal(name, other);
}

/* Where anybody may make files nobody else must know the names before: no place may be that of a pid, a time or a count. */
static void test_names_are_unpredictable(void **state)
{
	static char names[NAMES][LINK_NAME_SIZE];

	(void)state;
	for (int i = 0; i < NAMES; i++) {
		assert_int_equal(objects_name(names[i], sizeof names[i]), 0);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(names[i], names[j]);
	}
	for (size_t place = 0; place < DIGITS; place++) {
		unsigned seen = 0;
		for (int i = 0; i < NAMES; i++)
			seen |= 1U << (strchr(digits, names[i][strlen(OBJECTS_PREFIX) + place]) - digits);
		assert_true(__builtin_popcount(seen) >= SEEN_LEAST);
	}
}

static void test_a_child_makes_other_names(void **state)
{
	char *of_child = mmap(NULL, sizeof name, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char of_parent[LINK_NAME_SIZE];
	pid_t child;
	int status;

	(void)state;
	assert_ptr_not_equal(of_child, MAP_FAILED);
	child = fork();
	if (child == 0)
		_exit(objects_name(of_child, sizeof name) != 0);
	assert_int_equal(objects_name(of_parent, sizeof of_parent), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_string_not_equal(of_child, of_parent);
	munmap(of_child, sizeof name);
}

static void test_nothing_there(void **state)
{
	(void)state;
	assert_null(objects_remove(name, NULL));
}

/* It is removed once, and named as people know it. */
static void assert_removed(const char *as)
{
	const char *what = objects_remove(name, NULL);

	assert_non_null(what);
	assert_non_null(strstr(what, as));
	assert_non_null(strstr(what, name));
	assert_null(objects_remove(name, NULL));
}

static void test_shared_memory(void **state)
{
	int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);

	(void)state;
	assert_int_not_equal(fd, -1);
	close(fd);
	assert_removed("/dev/shm/");
}

static void test_file(void **state)
{
	char path[128];
	int fd;

	(void)state;
	snprintf(path, sizeof path, P_tmpdir "%s", name);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_not_equal(fd, -1);
	close(fd);
	assert_removed(P_tmpdir);
	assert_int_equal(access(path, F_OK), -1);
}

static void test_queue(void **state)
{
	mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, NULL);

	(void)state;
	if (queue == (mqd_t)-1)
		skip();
	mq_close(queue);
	assert_removed("queue");
}

static void test_semaphore(void **state)
{
	sem_t *semaphore = sem_open(name, O_CREAT | O_EXCL, 0600, 0);

	(void)state;
	assert_ptr_not_equal(semaphore, SEM_FAILED);
	sem_close(semaphore);
	assert_non_null(objects_remove(name, NULL));
	assert_null(objects_remove(name, NULL));
}

/* All at once: none is forgotten because another one was found. */
static void test_several(void **state)
{
	sem_t *semaphore = sem_open(name, O_CREAT | O_EXCL, 0600, 0);
	mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, NULL);
	int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);

	(void)state;
	if (queue != (mqd_t)-1)
		mq_close(queue);
	if (fd != -1)
		close(fd);
	sem_close(semaphore);
	assert_non_null(objects_remove(name, NULL));
	assert_null(objects_remove(name, NULL));
	assert_int_equal(shm_open(name, O_RDWR, 0), -1);
	assert_int_equal(mq_open(name, O_RDWR), (mqd_t)-1);
	assert_ptr_equal(sem_open(name, 0), SEM_FAILED);
}

/* Of each kind, with the key that goes with the name; what has another key is somebody else's. */
static void test_system_v(void **state)
{
	struct link link = {.id = -1};
	int shm, msg, sem, other;

	(void)state;
	strcpy(link.name, name);
	shm = shmget(link_key(&link), 1, IPC_CREAT | IPC_EXCL | 0600);
	msg = msgget(link_key(&link), IPC_CREAT | IPC_EXCL | 0600);
	sem = semget(link_key(&link), 1, IPC_CREAT | IPC_EXCL | 0600);
	other = shmget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	if (shm == -1 || msg == -1 || sem == -1 || other == -1)
		skip();
	assert_true(strncmp(objects_remove(name, NULL), "System V ", strlen("System V ")) == 0);
	assert_int_equal(shmctl(shm, IPC_RMID, NULL), -1);
	assert_int_equal(msgctl(msg, IPC_RMID, NULL), -1);
	assert_int_equal(semctl(sem, 0, IPC_RMID), -1);
	assert_int_equal(shmctl(other, IPC_RMID, NULL), 0);
	assert_null(objects_remove(name, NULL));
}

/* A folder in its place is no object that can be removed; what can be is removed all the same, and is not what is told. */
static void test_stays(void **state)
{
	int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	const char *why = NULL;
	char path[128];

	(void)state;
	close(fd);
	snprintf(path, sizeof path, P_tmpdir "%s", name);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_string_equal(objects_remove(name, &why), path);
	assert_string_equal(why, "unlink: Is a directory");
	assert_int_equal(shm_open(name, O_RDWR, 0), -1);
	assert_int_equal(rmdir(path), 0);
	assert_null(objects_remove(name, &why));
	assert_null(why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_form_of_a_name, fresh_name),
		cmocka_unit_test_setup(test_names_differ, fresh_name),
		cmocka_unit_test(test_names_are_unpredictable),
		cmocka_unit_test(test_a_child_makes_other_names),
		cmocka_unit_test_setup(test_nothing_there, fresh_name),
		cmocka_unit_test_setup(test_shared_memory, fresh_name),
		cmocka_unit_test_setup(test_file, fresh_name),
		cmocka_unit_test_setup(test_queue, fresh_name),
		cmocka_unit_test_setup(test_semaphore, fresh_name),
		cmocka_unit_test_setup(test_several, fresh_name),
		cmocka_unit_test_setup(test_system_v, fresh_name),
		cmocka_unit_test_setup(test_stays, fresh_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

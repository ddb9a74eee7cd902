/*
 * test_contract.c - what every row promises, asked of each registered row: nothing in here knows a row by name
 *
 * Each question runs in a case process of its own. Where the machine allows it, all of it happens in mount and IPC
 * namespaces of this test, so that what is left behind afterwards can only come from the rows.
 */
#include "clock.h"
#include "exchange.h"
#include "message.h"
#include "objects.h"
#include "process.h"
#include "registry.h"
#include "supervisor.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { ROWS_MAX = 256, AT_ONCE = 4, PATIENCE_S = 30 };

/* A question to one row. It is found by its cell, since ask() gets nothing else. */
struct task {
	const struct variant *variant;
	void (*run)(const struct task *task, struct cell *c);
	size_t size;
	enum end owner;
};

enum { TASKS_MAX = ROWS_MAX * 16 };

static struct task tasks[TASKS_MAX];
static struct job jobs[TASKS_MAX];
static struct cell *cells;
static size_t ntasks;
static const char *queues; /* where the POSIX queues are mounted for this test; NULL = nowhere */

static void ask_task(const struct variant *v, struct cell *c)
{
	const struct task *task = &tasks[c - cells];

	(void)v;
	alarm(PATIENCE_S);
	task->run(task, c);
}

static const struct probe probe_task = {.name = "task", .ask = ask_task};

static void add_task(const struct variant *v, void (*run)(const struct task *, struct cell *), size_t size,
		     enum end owner)
{
	assert_true(ntasks < TASKS_MAX);
	tasks[ntasks] = (struct task){v, run, size, owner};
	jobs[ntasks] = (struct job){v, &probe_task, &cells[ntasks]};
	ntasks++;
}

static void clear_tasks(void)
{
	memset(cells, 0, ntasks * sizeof *cells);
	ntasks = 0;
}

/* Says so once where a row cannot be had here. */
static bool to_be_had(const struct variant *v, const struct cell *c)
{
	static const struct variant *said;

	if (c->status != REFUSED && c->status != UNSUPPORTED)
		return true;
	if (said != v)
		print_message("%s: skipped, %s\n", v->name, c->detail);
	said = v;
	return false;
}

/* Runs what was added; `right` judges each cell. */
static void run_tasks(bool (*right)(const struct task *task, const struct cell *c))
{
	unsigned wrong = 0;

	process_default_signals(); /* cmocka handles SIGSEGV and its like, and rows would inherit that */
	supervisor_run(jobs, ntasks, AT_ONCE);
	for (size_t i = 0; i < ntasks; i++) {
		const struct task *k = &tasks[i];
		const struct cell *c = &cells[i];
		if (!to_be_had(k->variant, c) || (right(k, c) && !c->leak[0]))
			continue;
		wrong++;
		print_error("%s: %zu bytes, the %s is the parent: %s%s%s %s %s\n", k->variant->name, k->size,
			    k->owner == SENDER ? "sender" : "receiver", status_name(c->status),
			    c->saw ? ", saw " : "", c->saw ? saw_name(c->saw) : "", c->detail, c->leak);
	}
	clear_tasks();
	assert_int_equal(wrong, 0);
}

static bool measured_true(const struct task *task, const struct cell *c)
{
	(void)task;
	return c->status == MEASURED && c->kind == TRUTH && c->truth;
}

/* --- what a row says of itself --- */

static bool is_identifier(const char *s)
{
	if (!isalpha((unsigned char)s[0]) && s[0] != '_')
		return false;
	return strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strlen(s);
}

/* The comment starts with the name, which is that of the file, and has its three parts in their order. */
static bool about_is_complete(const struct row *row)
{
	size_t length = strlen(row->variant->name);
	const char *what = strstr(row->about, "\nWhat: ");
	const char *choose = strstr(row->about, "\nChoose: ");
	const char *trap = strstr(row->about, "\nTrap: ");

	return strncmp(row->about, row->variant->name, length) == 0 && strncmp(row->about + length, " - ", 3) == 0 &&
	       what && choose && trap && what < choose && choose < trap;
}

static void test_registry(void **state)
{
	size_t n = 0;

	(void)state;
	for (const struct row *r = registry_rows; r->variant; r++, n++) {
		const struct variant *v = r->variant;
		print_message("%s\n", v->name);
		assert_true(is_identifier(v->name));
		assert_ptr_equal(row_find(v->name), r); /* the first of that name */
		assert_true(v->title && v->title[0]);
		assert_true(v->man && strchr(v->man, '(') && v->man[strlen(v->man) - 1] == ')');
		assert_true(v->group <= FILES && group_name(v->group));
		assert_true(v->expect <= GETS_CRASH);
		assert_non_null(v->setup);
		assert_true(about_is_complete(r));
	}
	assert_in_range(n, 1, ROWS_MAX);
}

/* --- one message of every size, both ways --- */

static void exchange(const struct task *k, struct cell *c)
{
	exchange_ask(k->variant, k->owner, k->size, c);
}

/* The textbook only speaks of what the child gets; the other way round such a row just does not deliver. */
static bool as_expected(const struct task *k, const struct cell *c)
{
	if (k->variant->expect == GETS_MESSAGE)
		return measured_true(k, c) && c->saw == SAW_MESSAGE;
	if (k->variant->expect == GETS_CRASH)
		return c->status == CRASHED && c->kind == TRUTH && !c->truth;
	if (c->status != MEASURED || c->kind != TRUTH || c->truth)
		return false;
	return k->owner == RECEIVER || c->saw == (k->variant->expect == GETS_STALE ? SAW_STALE : SAW_EMPTY);
}

static void test_sizes(void **state)
{
	static const size_t sizes[] = {1, 7, 64, 4095, 4096, 4097, 65536, 1 << 20};

	(void)state;
	for (const struct row *r = registry_rows; r->variant; r++) {
		size_t before = 0;
		for (size_t i = 0; i < COUNT(sizes); i++) {
			size_t size = variant_clip(r->variant, sizes[i]);
			if (size == before)
				continue;
			add_task(r->variant, exchange, size, SENDER);
			add_task(r->variant, exchange, size, RECEIVER);
			before = size;
		}
	}
	run_tasks(as_expected);
}

/* --- set up and torn down, but never used --- */

static void do_nothing(struct trial *t, enum end end)
{
	enum { RECEIVER_ATTACHED = 1, BOTH_ATTACHED };

	if (end == RECEIVER) {
		trial_reach(t, RECEIVER_ATTACHED);
		trial_await(t, BOTH_ATTACHED); /* some senders can only attach to a receiver that is there */
	} else {
		trial_await(t, RECEIVER_ATTACHED);
		trial_reach(t, BOTH_ATTACHED);
	}
}

static void set_up_for_nothing(const struct task *k, struct cell *c)
{
	const struct script script = {.owner = k->owner, .act = do_nothing};
	struct trial t;

	if (harness_run(&t, k->variant, &script, k->size, c))
		cell_truth(c, true);
	harness_close(&t);
}

static void test_without_use(void **state)
{
	(void)state;
	for (const struct row *r = registry_rows; r->variant; r++) {
		add_task(r->variant, set_up_for_nothing, MESSAGE_SIZE, SENDER);
		add_task(r->variant, set_up_for_nothing, MESSAGE_SIZE, RECEIVER);
	}
	run_tasks(measured_true);
}

/* --- what belongs to a process --- */

static unsigned count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

/* Those that a program would keep which is executed now. */
static unsigned count_inheritable(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned n = 0;

	for (struct dirent *e; dir && (e = readdir(dir));) {
		int flags = isdigit((unsigned char)e->d_name[0]) ? fcntl(atoi(e->d_name), F_GETFD) : -1;
		n += flags != -1 && !(flags & FD_CLOEXEC);
	}
	if (dir)
		closedir(dir);
	return n;
}

static bool has_children(void)
{
	return waitpid(-1, NULL, WNOHANG) != -1;
}

/* --- teardown() of a link that was not set up, or only half --- */

static struct link fresh_link(void)
{
	struct link l = {.fd = {-1, -1}, .id = -1, .owner = getpid()};

	objects_name(l.name, sizeof l.name);
	return l;
}

static void tear_down(const struct variant *v, struct link *l)
{
	if (v->teardown)
		v->teardown(l);
}

static void tear_down_early(const struct task *k, struct cell *c)
{
	unsigned descriptors = count_descriptors();
	struct link l = fresh_link();
	int error = process_confine(getppid(), 0);

	if (error) {
		cell_error(c, -error, "process_confine", "start");
		return;
	}
	tear_down(k->variant, &l);
	l = fresh_link();
	error = k->variant->setup(&l, k->size);
	tear_down(k->variant, &l);
	if (error)
		cell_error(c, -error, "setup", "set-up");
	else if (objects_remove(l.name, NULL))
		cell_fail(c, "a name was left");
	else if (count_descriptors() != descriptors)
		cell_fail(c, "%u descriptors before, %u after", descriptors, count_descriptors());
	else
		cell_truth(c, true);
}

static void test_early_teardown(void **state)
{
	(void)state;
	for (const struct row *r = registry_rows; r->variant; r++)
		add_task(r->variant, tear_down_early, MESSAGE_SIZE, SENDER);
	run_tasks(measured_true);
}

/* --- what setup() makes is for this user only, for this program only, and was not there before --- */

/* What can be found of a link by its name: which objects, in words, and all that their modes allow. */
struct traces {
	char text[2048];
	mode_t mode;
};

static void add_trace(struct traces *t, const char *what, unsigned long long id, mode_t mode)
{
	size_t used = strlen(t->text);

	snprintf(t->text + used, sizeof t->text - used, "%s %llu\n", what, id);
	t->mode |= mode;
}

/* Also what has the name as a part of its own, as a named semaphore does. */
static void trace_files(struct traces *t, const char *dir, const struct link *l)
{
	char pattern[512];
	glob_t found;
	struct stat st;

	snprintf(pattern, sizeof pattern, "%s/*%s*", dir, l->name + 1);
	if (glob(pattern, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (lstat(found.gl_pathv[i], &st) == 0)
			add_trace(t, found.gl_pathv[i], st.st_ino, st.st_mode);
	globfree(&found);
}

static void trace_by_key(struct traces *t, key_t key)
{
	struct shmid_ds memory;
	struct msqid_ds queue;
	struct semid_ds semaphores;
	int shm = shmget(key, 0, 0), msg = msgget(key, 0), sem = semget(key, 0, 0);

	if (shm != -1 && shmctl(shm, IPC_STAT, &memory) == 0)
		add_trace(t, "shm", (unsigned)shm, memory.shm_perm.mode);
	if (msg != -1 && msgctl(msg, IPC_STAT, &queue) == 0)
		add_trace(t, "msg", (unsigned)msg, queue.msg_perm.mode);
	if (sem != -1 && semctl(sem, 0, IPC_STAT, &semaphores) == 0)
		add_trace(t, "sem", (unsigned)sem, semaphores.sem_perm.mode);
}

static struct traces traces_of(const struct link *l)
{
	struct traces t = {.mode = 0};

	trace_files(&t, "/dev/shm", l);
	trace_files(&t, P_tmpdir, l);
	trace_files(&t, queues ? queues : "/dev/mqueue", l);
	trace_by_key(&t, link_key(l));
	return t;
}

/*
 * A second link of the same name must not get what the first has made. It is not torn down, since that would take the
 * first one's name: names are unique, so teardown() may remove its own without asking who has made it.
 */
static void set_up_again(const struct task *k, const struct link *first, const struct traces *before, struct cell *c)
{
	struct link second = fresh_link();
	struct traces after;
	int error;

	memcpy(second.name, first->name, sizeof second.name);
	error = k->variant->setup(&second, k->size);
	after = traces_of(first);
	if (error != -EEXIST && error != -EADDRINUSE)
		cell_fail(c, "its name was there already, and setup() says: %s", strerror(-error));
	else if (strcmp(before->text, after.text) != 0)
		cell_fail(c, "of what was there already, setup() leaves: %s", after.text);
	else
		cell_truth(c, true);
}

static void set_up_exclusively(const struct task *k, struct cell *c)
{
	unsigned inheritable = count_inheritable();
	struct link l = fresh_link();
	struct traces made;
	int error = process_confine(getppid(), 0);

	umask(0);
	if (error == 0)
		error = k->variant->setup(&l, k->size);
	made = traces_of(&l);
	if (error)
		cell_error(c, -error, "setup", "set-up");
	else if (count_inheritable() != inheritable)
		cell_fail(c, "a descriptor is not close-on-exec");
	else if (made.mode & (S_IRWXG | S_IRWXO))
		cell_fail(c, "mode %o: %s", (unsigned)made.mode & 0777, made.text);
	else if (made.text[0])
		set_up_again(k, &l, &made, c);
	else
		cell_truth(c, true);
	tear_down(k->variant, &l);
}

static void test_exclusive(void **state)
{
	(void)state;
	for (const struct row *r = registry_rows; r->variant; r++)
		add_task(r->variant, set_up_exclusively, MESSAGE_SIZE, SENDER);
	run_tasks(measured_true);
}

/* --- a conversation over two links of one row, three times in one process --- */

enum { ROUNDS = 5, RUNS = 3, REQUEST = 0, ANSWER };

/* The parent asks over the first link, the child answers over the second one. */
struct talk {
	const struct variant *variant;
	struct link link[2];
	size_t size;
	unsigned inheritable; /* descriptors that exec would keep, before there were links */
	int turn[2][2]; /* pipes that say "sent", for rows whose recv() does not wait; to the child, to the parent */
	unsigned char *message;
	unsigned char *seen;
};

/* What went wrong, as -errno; EBADMSG: a message that is not the right one; EBADFD: a descriptor without close-on-exec. */
static int attach_all(struct talk *k, bool parent, pid_t peer)
{
	for (int i = REQUEST; i <= ANSWER; i++) {
		enum end end = (i == REQUEST) == parent ? SENDER : RECEIVER;
		int error = 0;
		k->link[i].peer = peer;
		if (k->variant->attach)
			error = k->variant->attach(&k->link[i], end);
		if (error)
			return error;
	}
	return count_inheritable() == k->inheritable ? 0 : -EBADFD;
}

static int announce(int fd)
{
	return write(fd, "", 1) == 1 ? 0 : -errno;
}

static int await(int fd)
{
	char turn;
	ssize_t n;

	do
		n = read(fd, &turn, 1);
	while (n == -1 && errno == EINTR);
	return n == 1 ? 0 : -EPIPE;
}

static int say(struct talk *k, int way)
{
	struct link *l = &k->link[way];
	ssize_t n = (ssize_t)k->size;

	if (k->variant->send)
		n = k->variant->send(l, k->message, k->size);
	else
		memcpy(l->mem, k->message, k->size);
	if (n != (ssize_t)k->size)
		return n < 0 ? (int)n : -EMSGSIZE;
	return k->variant->blocks ? 0 : announce(k->turn[way][1]);
}

static int hear(struct talk *k, int way)
{
	struct link *l = &k->link[way];
	ssize_t n = (ssize_t)k->size;
	int error = k->variant->blocks ? 0 : await(k->turn[way][0]);

	if (error)
		return error;
	if (k->variant->recv)
		n = k->variant->recv(l, k->seen, k->size);
	else
		memcpy(k->seen, l->mem, k->size);
	return n == (ssize_t)k->size ? 0 : n < 0 ? (int)n : -EBADMSG;
}

/* The answer is the request with its bytes changed, so that neither can be taken for the other. */
static unsigned char answer_to(unsigned char byte)
{
	return byte ^ 0x80;
}

static int listen_and_answer(struct talk *k)
{
	int error = attach_all(k, false, k->link[REQUEST].owner);

	for (int i = 0; i < ROUNDS && !error; i++) {
		error = hear(k, REQUEST);
		for (size_t j = 0; j < k->size; j++)
			k->message[j] = answer_to(k->seen[j]);
		if (!error)
			error = say(k, ANSWER);
	}
	return error ? error
		     : await(k->turn[REQUEST][0]); /* the last answer may have to be fetched from this process */
}

static int ask_and_check(struct talk *k, pid_t child)
{
	int error = attach_all(k, true, child);

	for (int i = 0; i < ROUNDS && !error; i++) {
		error = message_make(k->message, NULL, k->size);
		if (!error)
			error = say(k, REQUEST);
		if (!error)
			error = hear(k, ANSWER);
		for (size_t j = 0; j < k->size && !error; j++)
			error = k->seen[j] == answer_to(k->message[j]) ? 0 : -EBADMSG;
	}
	return error ? error : announce(k->turn[REQUEST][1]);
}

/* Exit status of the child: 0 or errno. */
static int end_of(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) != child)
		return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EOWNERDEAD;
}

static int talk_once(struct talk *k)
{
	pid_t self = getpid(), child;
	int error = 0, end;

	for (int i = REQUEST; i <= ANSWER && !error; i++) {
		k->link[i] = fresh_link();
		error = k->variant->setup(&k->link[i], k->size);
	}
	child = error ? -1 : fork();
	if (child == 0)
		_exit(process_die_with(self) == 0 ? -listen_and_answer(k) : ESRCH);
	if (child > 0) {
		error = ask_and_check(k, child);
		if (error)
			kill(child, SIGKILL);
		end = end_of(child);
		error = error ? error : end;
	}
	for (int i = REQUEST; i <= ANSWER; i++)
		if (k->link[i].owner)
			tear_down(k->variant, &k->link[i]);
	return error;
}

static void judge_talk(struct cell *c, const struct talk *k, int error, int run, unsigned descriptors)
{
	if (error && run == 0)
		cell_error(c, -error, "conversation", "first run"); /* may be refused here */
	else if (error)
		cell_fail(c, "run %d: %s", run + 1, strerror(-error));
	else if (objects_remove(k->link[REQUEST].name, NULL) || objects_remove(k->link[ANSWER].name, NULL))
		cell_fail(c, "run %d: a name was left", run + 1);
	else if (count_descriptors() != descriptors)
		cell_fail(c, "run %d: %u descriptors before, %u after", run + 1, descriptors, count_descriptors());
	else if (has_children())
		cell_fail(c, "run %d: a child was left", run + 1);
	else
		cell_truth(c, true);
}

static void talk(const struct task *task, struct cell *c)
{
	struct talk k = {.variant = task->variant, .size = task->size};
	unsigned descriptors;

	k.message = malloc(k.size);
	k.seen = malloc(k.size);
	if (!k.message || !k.seen || pipe2(k.turn[REQUEST], O_CLOEXEC) == -1 ||
	    pipe2(k.turn[ANSWER], O_CLOEXEC) == -1) {
		cell_error(c, errno, "pipe2", "start");
		free(k.message);
		free(k.seen);
		return;
	}
	process_confine(getppid(), 0);
	k.inheritable = count_inheritable();
	descriptors = count_descriptors();
	for (int i = 0; i < RUNS && (i == 0 || c->status == MEASURED); i++)
		judge_talk(c, &k, talk_once(&k), i, descriptors);
	free(k.message);
	free(k.seen);
}

static void test_conversation(void **state)
{
	(void)state;
	for (const struct row *r = registry_rows; r->variant; r++)
		if (r->variant->expect == GETS_MESSAGE)
			add_task(r->variant, talk, variant_clip(r->variant, MESSAGE_SIZE), SENDER);
	run_tasks(measured_true);
}

/* --- what belongs to the machine: before the first test and after the last one --- */

enum { TABLE_MAX = 1 << 16 };

static bool enclosed; /* nobody else makes names here */
static char *before_all;

static int is_ours(const struct dirent *e)
{
	return enclosed ? e->d_name[0] != '.' : strstr(e->d_name, "ipckit") != NULL;
}

static void list_names(FILE *out, const char *dir)
{
	struct dirent **names;
	int n = scandir(dir, &names, is_ours, alphasort);

	for (int i = 0; i < n; i++) {
		char path[512];
		struct stat st;
		snprintf(path, sizeof path, "%s/%s", dir, names[i]->d_name);
		if (lstat(path, &st) == 0 && st.st_uid == geteuid())
			fprintf(out, "%s\n", path);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

/* The ids only: most of the other columns change whenever an object is used. */
static void list_ids(FILE *out, const char *table, unsigned uid_column)
{
	FILE *in = fopen(table, "re");
	char line[512];

	while (in && fgets(line, sizeof line, in)) {
		unsigned long field[16] = {0};
		char *rest = line;
		for (unsigned i = 0; i < COUNT(field); i++)
			field[i] = strtoul(rest, &rest, 10);
		if (field[uid_column] == geteuid() && strspn(line, " -0123456789") > 1)
			fprintf(out, "%s %lu\n", table, field[1]);
	}
	if (in)
		fclose(in);
}

static char *list_machine(void)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	list_names(out, "/dev/shm");
	list_names(out, P_tmpdir);
	if (queues)
		list_names(out, queues);
	list_ids(out, "/proc/sysvipc/shm", 7);
	list_ids(out, "/proc/sysvipc/msg", 7);
	list_ids(out, "/proc/sysvipc/sem", 4);
	fclose(out);
	return text;
}

static void test_nothing_is_left(void **state)
{
	char *now;

	(void)state;
	assert_false(has_children());
	supervisor_end();
	now = list_machine();
	assert_string_equal(now, before_all);
	free(now);
}

/* A machine of our own, as far as we may. */
static void enclose(void)
{
	static char dir[] = P_tmpdir "/queues.XXXXXX";

	if (unshare(CLONE_NEWNS | CLONE_NEWIPC) == -1 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1) {
		print_message("no namespaces here: nobody else of this user should run ipckit at the same time\n");
		return;
	}
	enclosed =
		mount("tmpfs", "/dev/shm", "tmpfs", 0, NULL) == 0 && mount("tmpfs", P_tmpdir, "tmpfs", 0, NULL) == 0;
	if (mkdtemp(dir) && mount("mqueue", dir, "mqueue", 0, NULL) == 0)
		queues = dir;
	else
		print_message("POSIX queues cannot be listed here: skipped\n");
}

static int begin(void **state)
{
	(void)state;
	enclose();
	cells = supervisor_cells(TASKS_MAX);
	before_all = list_machine();
	supervisor_begin();
	return cells ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	free(before_all);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_registry),        cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_without_use),     cmocka_unit_test(test_early_teardown),
		cmocka_unit_test(test_exclusive),       cmocka_unit_test(test_conversation),
		cmocka_unit_test(test_nothing_is_left),
	};

	return cmocka_run_group_tests(tests, begin, end);
}

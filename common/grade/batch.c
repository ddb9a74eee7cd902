#include "grade/batch.h"

#include "caps.h"
#include "clock.h"
#include "complain.h"
#include "grade/blank.h"
#include "grade/class_view.h"
#include "grade/formats/reading.h"
#include "grade/helper.h"
#include "grade/ledger.h"
#include "grade/submissions.h"
#include "options.h"
#include "process.h"
#include "report/record.h"
#include "report/text.h"
#include "report/words.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_JOBS = 64, MERCY = 2 }; /* s that a grader has to clean up before it is killed */

struct run {
	const struct batch *batch;
	struct submissions submissions;
	struct ledger ledger;
	struct helper helpers[MOST_JOBS];
	size_t which[MOST_JOBS];            /* the submission of a helper */
	struct timespec changed[MOST_JOBS]; /* and when its file was, last */
	unsigned jobs, working;
	size_t next, done;
	int signals;  /* signalfd(2) */
	int stopped;  /* the signal that ended it early, or 0 */
	bool broken;  /* a result could not be written */
	bool trouble; /* a grader had something to say */
};

static unsigned cpus(void)
{
	unsigned n = 1;
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set) == 0)
		n = (unsigned)CPU_COUNT(&set);
	return n < MOST_JOBS ? n : MOST_JOBS;
}

/* Level 0 and 7 are answered in tables. */
static bool runs_answers(const char *level)
{
	return strcmp(level, "L0") != 0 && strcmp(level, "L7") != 0;
}

static bool newer(struct timespec a, struct timespec b)
{
	return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec : a.tv_nsec > b.tv_nsec;
}

static int attempt_of(const struct batch *b)
{
	return b->attempt ? atoi(b->attempt) : 1;
}

static bool is_limits(const char *isolation)
{
	return isolation && strcmp(isolation, "limits") == 0;
}

/* What was asked for, not what there was: a machine without namespaces would never come to an end. */
static bool asked_the_same(const json_t *record, const struct batch *b)
{
	const char *isolation = record_text(json_object_get(record, "isolation"), "asked");

	return strcmp(record_text(record, "level"), b->level) == 0 &&
	       strcmp(record_text(record, "program"), "ipckit " IPCKIT_VERSION) == 0 &&
	       json_integer_value(json_object_get(record, "attempt")) == attempt_of(b) &&
	       (!*isolation || is_limits(isolation) == is_limits(b->isolation));
}

/* The change time: an archive may give a new file an old modification time. *unread: errno of a result that may be one; 0. */
static bool finished(const struct run *r, const struct submission *s, int *unread)
{
	struct timespec when;
	struct stat st;
	json_t *record = ledger_read(&r->ledger, s->student, &when);
	*unread = record || errno == ENOENT ? 0 : errno;
	bool same = record && asked_the_same(record, r->batch);
	bool said = same && !s->path && strcmp(blank_reason(record), s->problem) == 0;
	bool graded = same && grade_graded(record);

	json_decref(record);
	return said || (graded && s->path && stat(s->path, &st) == 0 && !newer(st.st_ctim, when));
}

/* When what is graded was changed last: what changes it from now on makes it newer than that, by the same clock. */
static struct timespec changed_at(const char *path)
{
	struct stat st;

	return path && stat(path, &st) == 0 ? st.st_ctim : (struct timespec){.tv_nsec = UTIME_OMIT};
}

/* Where there is no record of the grader's. */
static json_t *blank(const struct run *r, const struct submission *s, const char *why)
{
	const struct blank b = {.level = r->batch->level, .attempt = attempt_of(r->batch), .path = s->path};

	return s->empty ? blank_nothing(&b, why) : blank_failure(&b, why);
}

static void progress(const struct run *r, const json_t *record)
{
	char *who = grade_plain(grade_student(record));

	if (isatty(STDERR_FILENO))
		fprintf(stderr, "%zu of %zu: %s: %s\n", r->done, r->submissions.n, who ? who : "",
			record_text(record, "status"));
	free(who);
}

/* Instead of a record that cannot be "written" or "read", one that says so. */
static bool remember_lost(struct run *r, const struct submission *s, const char *student, const char *what, int error)
{
	const struct blank b = {.level = r->batch->level, .attempt = attempt_of(r->batch), .path = s->path};
	char why[160];

	snprintf(why, sizeof why, "the result cannot be %s: %s", what, strerror(error));
	json_t *record = blank_failure(&b, why);
	json_object_set_new(record, "student", json_string(student));
	return ledger_remember(&r->ledger, record);
}

static bool write_down(struct run *r, const struct submission *s, json_t *record, const struct timespec *changed)
{
	char *student = text_shown(s->student);
	bool ok = false;

	if (!record || !student) {
		complain("no memory");
	} else {
		json_object_set_new(record, "student", json_string(student));
		if (!grade_graded(record))
			json_object_set_new(record, "score", json_null());
		int error = ledger_write(&r->ledger, s->student, record, changed);
		ok = error == 0 || (!ledger_lost(error) && remember_lost(r, s, student, "written", -error));
	}
	free(student);
	return ok;
}

/* Frees the record. */
static void keep(struct run *r, unsigned slot, size_t which, json_t *record)
{
	if (write_down(r, &r->submissions.list[which], record, &r->changed[slot])) {
		r->done++;
		progress(r, record);
	} else {
		r->broken = true;
	}
	json_decref(record);
}

/* What could not be read is not written over. */
static void leave_alone(struct run *r, const struct submission *s, int error)
{
	char *student = text_shown(s->student);

	r->broken |= !student || !remember_lost(r, s, student, "read", error);
	r->done++;
	free(student);
}

static void start(struct run *r, unsigned slot, size_t which)
{
	const struct submission *s = &r->submissions.list[which];
	const struct batch *b = r->batch;
	const char *argv[16] = {"ipckit", "grade", "--format=json", "--level", b->level};
	int n = 5;

	r->changed[slot] = changed_at(s->path);
	if (!s->path) {
		keep(r, slot, which, blank(r, s, s->problem));
		return;
	}
	if (b->attempt) {
		argv[n++] = "--attempt";
		argv[n++] = b->attempt;
	}
	if (b->isolation) {
		argv[n++] = "--isolation";
		argv[n++] = b->isolation;
	}
	argv[n++] = "--";
	argv[n] = s->path;
	int error =
		helper_start(&r->helpers[slot], b->program, argv, clock_now() + (long long)b->patience * NS_PER_S);
	if (error) {
		keep(r, slot, which, blank(r, s, strerror(-error)));
		return;
	}
	r->which[slot] = which;
	r->working++;
}

/* Gives every free helper something to do. */
static void start_some(struct run *r)
{
	caps_raise_for_files();
	for (unsigned i = 0; i < r->jobs && !r->stopped; i++) {
		while (!r->helpers[i].pid && r->next < r->submissions.n && !r->broken) {
			size_t which = r->next++;
			int unread;
			if (finished(r, &r->submissions.list[which], &unread))
				r->done++;
			else if (unread)
				leave_alone(r, &r->submissions.list[which], unread);
			else
				start(r, i, which);
		}
	}
	caps_lower();
}

/*
 * Without namespaces an answer could take away what another one needs, and an ordinary user's may harm all of his
 * processes: one at a time, until a record says that there are namespaces.
 */
static unsigned jobs_at_first(const struct batch *b)
{
	if (b->jobs)
		return b->jobs < MOST_JOBS ? b->jobs : MOST_JOBS;
	return runs_answers(b->level) ? 1 : cpus();
}

static void learn_jobs(struct run *r, const json_t *record)
{
	const char *level = record_text(json_object_get(record, "isolation"), "level");

	if (!r->batch->jobs && strcmp(level, "namespaces") == 0)
		r->jobs = cpus();
}

static bool said_before(const char *text, const char *line)
{
	while (text < line && strcmp(text, line) != 0)
		text += strlen(text) + 1;
	return text < line;
}

/* Under the submission's name, each line once. */
static void pass_on(struct run *r, const struct submission *s, char *said)
{
	static const char ours[] = "ipckit: ";
	char *rest = said;

	for (const char *line; (line = strsep(&rest, "\n"));) {
		if (!*line || said_before(said, line))
			continue;
		complain("%s: %s", s->student, line + (strncmp(line, ours, strlen(ours)) == 0 ? strlen(ours) : 0));
		r->trouble = true;
	}
}

static void collect(struct run *r, unsigned slot)
{
	const struct submission *s = &r->submissions.list[r->which[slot]];
	char why[HELPER_WHY], *said;
	json_t *record = helper_collect(&r->helpers[slot], why, &said);

	r->working--;
	pass_on(r, s, said);
	free(said);
	learn_jobs(r, record);
	if (r->stopped) { /* half of it may be missing: it is graded again */
		json_decref(record);
		return;
	}
	caps_raise_for_files();
	keep(r, slot, r->which[slot], record ? record : blank(r, s, why));
	caps_lower();
}

static void read_signal(struct run *r)
{
	struct signalfd_siginfo info;

	if (read(r->signals, &info, sizeof info) != sizeof info)
		return;
	r->stopped = (int)info.ssi_signo;
	for (unsigned i = 0; i < r->jobs; i++)
		if (r->helpers[i].pid)
			helper_stop(&r->helpers[i], clock_now() + (long long)MERCY * NS_PER_S);
}

/* In ms, until the first of them has had its time. */
static int time_left(const struct run *r)
{
	long long first = -1, now = clock_now();

	for (unsigned i = 0; i < r->jobs; i++)
		if (r->helpers[i].pid && (first == -1 || r->helpers[i].deadline < first))
			first = r->helpers[i].deadline;
	if (first == -1)
		return -1;
	return first <= now ? 0 : (int)((first - now) / NS_PER_MS) + 1;
}

/* Sleeps until a grader ends, a signal comes or somebody's time is over. */
static void wait_once(struct run *r)
{
	struct pollfd fds[MOST_JOBS + 1] = {{.fd = r->stopped ? -1 : r->signals, .events = POLLIN}};

	for (unsigned i = 0; i < r->jobs; i++)
		fds[i + 1] = (struct pollfd){.fd = r->helpers[i].pid ? r->helpers[i].pidfd : -1, .events = POLLIN};
	if (poll(fds, r->jobs + 1, time_left(r)) == -1)
		return;
	if (fds[0].revents)
		read_signal(r);
	for (unsigned i = 0; i < r->jobs; i++) {
		if (fds[i + 1].revents)
			collect(r, i);
		else if (r->helpers[i].pid && r->helpers[i].deadline <= clock_now())
			helper_kill(&r->helpers[i]);
	}
}

static bool catch_signals(struct run *r, sigset_t *before)
{
	sigset_t ending = process_enders();

	sigprocmask(SIG_BLOCK, &ending, before);
	r->signals = signalfd(-1, &ending, SFD_CLOEXEC);
	if (r->signals == -1)
		complain("grade: signalfd: %s", strerror(errno));
	return r->signals != -1;
}

static int finish(struct run *r)
{
	struct class_count count = {0};
	int unread;
	bool ok = !r->broken && class_write_csv(&r->ledger, &r->submissions);

	if (r->stopped) {
		while (r->next < r->submissions.n)
			r->done += finished(r, &r->submissions.list[r->next++], &unread);
		complain("interrupted: %zu of %zu have a result; the same command goes on", r->done,
			 r->submissions.n);
		return EXIT_SURPRISE;
	}
	ok &= class_print(stdout, &r->ledger, &r->submissions, &count) == 0;
	ok &= options_close(&(struct options){0}, stdout);
	if (ok && count.graded == 0)
		return EXIT_NOTHING_RUN;
	return ok && !r->trouble && !r->ledger.unread && count.graded == r->submissions.n ? EXIT_AS_EXPECTED
											  : EXIT_SURPRISE;
}

static int work(struct run *r)
{
	int status;

	caps_lower();
	start_some(r);
	while (r->working > 0) {
		wait_once(r);
		start_some(r);
	}
	caps_raise_for_files();
	status = finish(r);
	caps_lower();
	return status;
}

int grade_batch(const struct batch *b)
{
	struct run r = {.batch = b, .jobs = jobs_at_first(b), .signals = -1, .ledger = {.folder = -1, .lines = -1}};
	int status = EXIT_USAGE;
	sigset_t mask;

	caps_lower_for_grading();
	caps_raise_for_files();
	if (submissions_find(&r.submissions, b->folder, runs_answers(b->level) ? ".c" : ".csv", b->out) &&
	    ledger_open(&r.ledger, b->out)) {
		if (catch_signals(&r, &mask) && ledger_repair(&r.ledger, &r.submissions))
			status = work(&r);
		else
			status = EXIT_SURPRISE;
		if (r.stopped)
			process_end_by(r.stopped);
		sigprocmask(SIG_SETMASK, &mask, NULL);
	}
	caps_lower();
	ledger_close(&r.ledger);
	if (r.signals != -1)
		close(r.signals);
	submissions_free(&r.submissions);
	return status;
}

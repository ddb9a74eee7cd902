#include "grade/grade.h"

#include "activity.h"
#include "caps.h"
#include "clock.h"
#include "failure.h"
#include "grade/blank.h"
#include "grade/build.h"
#include "grade/grading.h"
#include "grade/own_limits.h"
#include "grade/papers.h"
#include "process.h"
#include "report/names.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum { MOST_SOURCE = 1024 * 1024, MOST_PART = 16 * 1024 * 1024 };

static bool fail(struct grading *g, const char *what, int error)
{
	if (!g->error[0])
		snprintf(g->error, sizeof g->error, "%s%s%s", what, error ? ": " : "", error ? strerror(-error) : "");
	return false;
}

/* Names the call, if it was one. */
static bool fail_in(struct grading *g, const char *what, int error)
{
	const char *call = call_that_failed(-error, NULL);
	char text[200];

	snprintf(text, sizeof text, "%s%s%s", what, call ? ": " : "", call ? call : "");
	return fail(g, text, error);
}

/* With the last line of what was printed, which often says why. */
static bool fail_saying(struct grading *g, const char *what, const char *printed)
{
	size_t end = strlen(printed ? printed : ""), begin;
	char text[200];

	while (end > 0 && isspace((unsigned char)printed[end - 1]))
		end--;
	for (begin = end; begin > 0 && printed[begin - 1] != '\n';)
		begin--;
	snprintf(text, sizeof text, "%s%s%.*s", what, end > 0 ? ": " : "", (int)(end - begin),
		 end > 0 ? printed + begin : "");
	return fail(g, text, 0);
}

static bool copy(struct grading *g, const char *from, const char *name, mode_t mode, off_t most)
{
	int error = work_copy(&g->work, from, name, g->sandbox.outer, mode, most);

	return error ? fail_in(g, from, error) : true;
}

static bool copy_sample(struct grading *g, const char *row)
{
	char name[64], to[80];

	snprintf(name, sizeof name, "sample-%s", row);
	snprintf(to, sizeof to, "samples/%s", name);
	if (sandbox_is_shared(&g->sandbox))
		return true; /* sandbox.c runs it where it lies */
	return copy(g, parts_path(&g->parts, name), to, g->sandbox.namespaces ? 0755 : 0750, MOST_PART);
}

/* It may have become something else since somebody has looked. */
static bool copy_answer(struct grading *g)
{
	int error = work_copy(&g->work, g->request->file, "in/answer.c", g->sandbox.outer, 0640, MOST_SOURCE);

	g->too_large = error == -EFBIG;
	if (g->too_large) /* a file without an answer takes its place */
		return copy(g, parts_path(&g->parts, "variant.h"), "in/answer.c", 0640, MOST_PART);
	if (error == -ELOOP || error == -EINVAL)
		return fail(g, "what was handed in is not a regular file", 0);
	return error ? fail_in(g, g->request->file, error) : true;
}

static bool fill_folders(struct grading *g)
{
	uid_t outer = g->sandbox.outer;
	int error = work_folder(&g->work, "in", outer, false);

	if (!error)
		error = work_folder(&g->work, "samples", outer, true);
	if (!error)
		error = work_folder(&g->work, BUILD_PLAIN, outer, true);
	if (!error)
		error = work_folder(&g->work, BUILD_SANITIZED, outer, true);
	if (error)
		return fail_in(g, "filling the work folder", error);
	g->has_reference = parts_has_sample(&g->parts, g->level->sample);
	return copy_answer(g) && copy(g, parts_path(&g->parts, "variant.h"), "in/variant.h", 0640, MOST_PART) &&
	       copy(g, parts_path(&g->parts, "runner.o"), "in/runner.o", 0640, MOST_PART) &&
	       copy(g, parts_path(&g->parts, "ipckit-warden"), "in/ipckit-warden", 0755, MOST_PART) &&
	       copy_sample(g, "malloc") && (!g->has_reference || copy_sample(g, g->level->sample));
}

static bool may_reach_files(struct grading *g)
{
	int error = caps_raise_for_files();

	return error ? fail(g, call_that_failed(-error, "capset"), error) : true;
}

static bool fill_work(struct grading *g)
{
	bool ok = may_reach_files(g) && fill_folders(g);

	caps_lower();
	return ok;
}

static void exec_run(const struct task *t, int report)
{
	sandbox_run(t->sandbox, t->number, t->level, t->plan, t->program, report);
}

/* error: of job_start() */
static bool started(struct grading *g, int job, int error)
{
	const char *said = g->jobs[job].output.text;

	if (!error)
		return true;
	return said && said[0] ? fail_saying(g, "the sandbox does not start", said)
			       : fail_in(g, "the sandbox does not start", error);
}

static bool start_run(struct grading *g, int job, const char *plan, const char *program)
{
	struct task t = {.sandbox = &g->sandbox,
			 .exec = exec_run,
			 .level = g->level->name,
			 .plan = plan,
			 .program = program,
			 .number = job,
			 .patience = 40LL * NS_PER_S};
	int error = job_start(&g->jobs[job], &t);

	return started(g, job, error);
}

static bool start_sample(struct grading *g, int job, const char *row)
{
	char program[80];

	snprintf(program, sizeof program, "samples/sample-%s", row);
	return start_run(g, job, "control", program);
}

static bool start_build(struct grading *g, int job, bool sanitized)
{
	struct task t = build_task(&g->sandbox, sanitized);
	int error = job_start(&g->jobs[job], &t);

	return started(g, job, error);
}

static bool await(struct grading *g, int job)
{
	return job_wait(g->jobs, JOBS, &g->jobs[job]) || fail(g, "interrupted", 0);
}

/* Where no message arrives the sanitizers' run is worth nothing: rubric.c. It may hang for long. */
static bool await_runs(struct grading *g)
{
	struct findings f;
	struct job *two = &g->jobs[RUN_TWO];

	if (!await(g, RUN))
		return false;
	findings_read(&f, g->jobs[RUN].report.text);
	g->pointless = f.ended && f.items[ITEM_PARENT_TO_CHILD].status != FOUND_GOOD;
	if (g->pointless && two->started && !two->ended)
		job_hang_up(two);
	return await(g, RUN_TWO);
}

/* What an answer has printed tells nothing of us; where the warden has said nothing at all, no answer has begun. */
static bool is_ours(const struct grading *g, int job)
{
	const struct job *j = &g->jobs[job];

	return j->started && ((job != RUN && job != RUN_TWO) || j->report.len == 0);
}

/* What its warden said; a warden that does not come to its end is our failure and not the student's. */
static bool read_run(struct grading *g, int job, struct findings *f)
{
	findings_read(f, g->jobs[job].report.text);
	if (f->grader[0])
		return fail(g, f->grader, 0);
	if (f->ended)
		return true;
	if (g->jobs[job].ended && WIFSIGNALED(g->jobs[job].status))
		return fail_saying(g, "the warden did not come to its end",
				   signal_name(WTERMSIG(g->jobs[job].status)));
	return fail_saying(g, "the warden did not come to its end", is_ours(g, job) ? g->jobs[job].output.text : "");
}

static void judge_sanitizers(struct grading *g)
{
	struct findings f;
	struct finding *to = &g->findings.items[ITEM_SANITIZERS];

	if (!g->jobs[RUN_TWO].started)
		finding_set(to, FOUND_NOTHING, "build", "not tried: it does not build with sanitizers here");
	else if (g->pointless)
		finding_set(to, FOUND_NOTHING, "build", "not tried: no message arrives");
	else if (read_run(g, RUN_TWO, &f))
		*to = f.items[ITEM_SANITIZERS];
}

static bool judge_reference(struct grading *g)
{
	struct findings f;
	const struct finding *one = &f.items[ITEM_PARENT_TO_CHILD], *two = &f.items[ITEM_CHILD_TO_PARENT];

	if (!read_run(g, REFERENCE, &f))
		return false;
	g->reference.passed = one->status == FOUND_GOOD && two->status == FOUND_GOOD;
	snprintf(g->reference.detail, sizeof g->reference.detail, "%s: %.200s", g->level->sample,
		 one->status != FOUND_GOOD ? one->text : two->text);
	return g->reference.passed || fail_saying(g, "the reference answer does not pass here", g->reference.detail);
}

static bool judge_malloc(struct grading *g)
{
	struct findings f;
	const struct finding *one = &f.items[ITEM_PARENT_TO_CHILD];

	if (!read_run(g, MALLOC, &f))
		return false;
	g->malloc.passed = one->status == FOUND_BAD;
	snprintf(g->malloc.detail, sizeof g->malloc.detail, "%s", one->text);
	return g->malloc.passed || fail_saying(g, "malloc does not fail as it should here", g->malloc.detail);
}

static bool await_controls(struct grading *g)
{
	return await(g, MALLOC) && (!g->has_reference || await(g, REFERENCE));
}

static bool judge_controls(struct grading *g)
{
	bool ok;

	if (!await_controls(g))
		return false;
	ok = judge_malloc(g);
	if (!g->has_reference)
		snprintf(g->reference.detail, sizeof g->reference.detail,
			 "not here: this copy has no reference answers");
	else
		ok = judge_reference(g) && ok; /* what it did is told in any case */
	return ok;
}

/* A compiler that is late on a machine where the controls had their time waits for something that the answer names. */
static bool build_was_fair(struct grading *g, int job)
{
	const struct job *j = &g->jobs[job];
	bool busy = j->late && (!g->jobs[MALLOC].ended || g->jobs[MALLOC].late ||
				(g->has_reference && (!g->jobs[REFERENCE].ended || g->jobs[REFERENCE].late)));

	if (busy)
		return fail(g, "the compiler does not come to its end here", 0);
	return !build_broke(j) ||
	       fail_saying(g, "the compiler does not work here",
			   j->output.len > 0 ? j->output.text : "a part of it failed without a word");
}

/*
 * Not before the controls have ended, which an answer could keep from what they need. The sanitizers may be missing on this
 * machine: then only their item is lost.
 */
static bool run_answer(struct grading *g)
{
	if (!await_controls(g) || !start_run(g, RUN, "full", BUILD_PLAIN "/runner") || !await(g, BUILD_TWO))
		return false;
	if (!build_was_fair(g, BUILD_TWO))
		return false;
	if (build_worked(&g->jobs[BUILD_TWO]) && !start_run(g, RUN_TWO, "sanitizers", BUILD_SANITIZED "/runner"))
		return false;
	return await_runs(g);
}

static bool work_through(struct grading *g)
{
	struct finding build = {0};

	/* All at once: the controls mostly wait, and a compiler uses one CPU. */
	if (!start_build(g, BUILD, false) || !start_build(g, BUILD_TWO, true) || !start_sample(g, MALLOC, "malloc"))
		return false;
	if (g->has_reference && !start_sample(g, REFERENCE, g->level->sample))
		return false;
	if (!await(g, BUILD))
		return false;
	if (!build_was_fair(g, BUILD))
		return false;
	build_judge(&g->jobs[BUILD], &build);
	if (g->too_large)
		finding_set(&build, FOUND_BAD, "large", "the file is larger than 1 MiB");
	if (build_worked(&g->jobs[BUILD])) {
		if (!run_answer(g) || !read_run(g, RUN, &g->findings))
			return false;
		judge_sanitizers(g);
	}
	g->findings.items[ITEM_BUILD] = build;
	return judge_controls(g) && !g->error[0];
}

/* In a pid namespace of its own a warden has a /proc of its own, too. */
static bool sees_processes(struct grading *g)
{
	int error = g->sandbox.namespaces ? 0 : activity_possible();

	if (error == -ENOENT)
		return fail(g, "the /proc that is mounted here belongs to another pid namespace", 0);
	return error ? fail_in(g, "looking into /proc", error) : true;
}

static void grade(struct grading *g)
{
	int error;

	if (!may_reach_files(g) || !parts_find(&g->parts, g->error, sizeof g->error)) {
		caps_lower();
		return;
	}
	forget_failure();
	error = work_make(&g->work);
	caps_lower();
	if (error) {
		fail_in(g, "no work folder", error);
		return;
	}
	g->sandbox.parts = &g->parts;
	g->sandbox.work = &g->work;
	g->sandbox.queues = g->level->mechanism == ANY_MESSAGES || g->level->mechanism == ANY_RENDEZVOUS;
	error = sandbox_prepare(&g->sandbox, g->request->limits_only);
	g->prepared = error == 0 && sees_processes(g);
	if (error)
		fail(g, g->sandbox.note, 0);
	else if (g->prepared && fill_work(g))
		work_through(g);
	for (int i = 0; i < JOBS; i++)
		if (g->jobs[i].started && !g->jobs[i].ended)
			process_kill(g->jobs[i].pid, SIGKILL);
}

static json_t *cannot_grade(const struct grade_request *r, const char *why)
{
	return blank_failure(&(struct blank){.level = r->level, .attempt = r->attempt, .path = r->file}, why);
}

json_t *grade_submission(const struct grade_request *request)
{
	struct grading g = {.request = request, .start = clock_now(), .work.lock = -1, .sandbox.slot = -1};
	json_t *record;
	char why[160];

	if (!own_limits_suffice(why, sizeof why))
		return cannot_grade(request, why);
	if (paper_is_level(request->level))
		return paper_submission(request);
	g.level = level_find(request->level);
	if (!g.level)
		return NULL;
	for (int i = 0; i < JOBS; i++)
		g.jobs[i].report.fd = g.jobs[i].output.fd = -1;
	caps_lower_for_grading();
	job_heed_signals();
	/* What is inside a sandbox ends after it, and comes to us. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) == -1)
		fail(&g, "prctl", -errno);
	else
		grade(&g);
	record = grading_record(&g);
	job_end(g.jobs, JOBS);
	process_reap_all();
	caps_raise_for_files();
	if (g.work.path[0])
		work_remove(&g.work);
	caps_lower();
	sandbox_release(&g.sandbox);
	job_obey_signal();
	return record;
}

int grade_exit_status(const json_t *record)
{
	const char *status = json_string_value(json_object_get(record, "status"));

	if (!status || strcmp(status, "graded") != 0)
		return 77;
	return json_number_value(json_object_get(record, "score")) >= 100.0 ? 0 : 1;
}

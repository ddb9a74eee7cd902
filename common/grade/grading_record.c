#include "grade/grading.h"

#include "clock.h"
#include "grade/rubric.h"
#include "report/record.h"
#include "report/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static json_t *namespaces_record(const struct sandbox *s)
{
	if (!s->namespaces)
		return json_array();
	return json_pack("[ssssss]", "user", "pid", "ipc", "net", "uts", "mnt");
}

/* Of where foreign code ran, or would have: nothing is known of that before there is a sandbox. */
static json_t *isolation_record(const struct grading *g)
{
	const struct sandbox *s = &g->sandbox;
	const char *level = !g->prepared ? "none" : s->namespaces ? "namespaces" : "limits";
	uid_t uid = !g->prepared ? geteuid() : s->mapped ? s->outer + s->student : s->student;
	char note[320];

	snprintf(note, sizeof note, "%s%s", g->prepared ? s->note : "nothing was run",
		 g->findings.kcmp[0] ? "; address spaces compared through /proc, since kcmp(2) is not allowed" : "");
	return json_pack("{ss, so, sb, si, ss, ss}", "level", level, "namespaces", namespaces_record(s), "seccomp",
			 (int)g->prepared, "uid", (int)uid, "note", note, "asked",
			 g->request->limits_only ? "limits" : "namespaces");
}

static json_t *controls_record(const struct grading *g)
{
	json_t *controls = json_array();

	json_array_append_new(controls, json_pack("{ss, so, ss}", "name", "reference", "passed",
						  g->has_reference ? json_boolean(g->reference.passed) : json_null(),
						  "detail", g->reference.detail));
	json_array_append_new(controls, json_pack("{ss, sb, ss}", "name", "malloc", "passed", (int)g->malloc.passed,
						  "detail", g->malloc.detail));
	return controls;
}

/* Both builds say the same; what ran under the sanitizers is only of interest where they complained. */
static json_t *output_record(const struct grading *g)
{
	char all[3 * 16384 + 200] = "";
	size_t n = 0;
	const int jobs[] = {BUILD, RUN, RUN_TWO};
	char *clean;
	json_t *text;

	for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++) {
		const struct stream *s = &g->jobs[jobs[i]].output;
		if (!s->text)
			continue;
		for (size_t k = 0; k < s->len; k++)
			all[n++] = (char)(s->text[k] ? s->text[k] : '?');
		if (s->cut)
			n += (size_t)sprintf(all + n, "\n(cut)\n");
	}
	clean = text_clean(all, n);
	text = json_string(clean ? clean : "");
	free(clean);
	return text;
}

json_t *grading_record(struct grading *g)
{
	char *name = text_file_name(g->request->file);
	unsigned score = 0;
	json_t *items;
	json_t *record;

	rubric_settle(&g->findings, g->level);
	items = g->error[0] ? json_array() : rubric_items(&g->findings, g->level, g->request->attempt, &score);
	record = json_pack("{si, ss, ss, ss, si, ss, ss?, sf, si, so, so, sf, so, so, so}", "schema", 1, "program",
			   "ipckit " IPCKIT_VERSION, "level", g->level->name, "submission", name ? name : "",
			   "attempt", g->request->attempt, "status", g->error[0] ? "grader_error" : "graded", "error",
			   g->error[0] ? g->error : NULL, "score", score / 100.0, "max_score", 100, "isolation",
			   isolation_record(g), "seed", json_string(g->findings.seed), "seconds",
			   (double)(clock_now() - g->start) / NS_PER_S, "controls", controls_record(g), "items",
			   items, "output", output_record(g));
	free(name);
	return record;
}

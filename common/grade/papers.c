#include "grade/papers.h"

#include "clock.h"
#include "grade/cards.h"
#include "grade/formats/reading.h"
#include "grade/paper.h"
#include "grade/predict.h"
#include "registry.h"
#include "report/record.h"
#include "report/text.h"

#include <string.h>
#include <unistd.h>

bool paper_is_level(const char *level)
{
	return strcmp(level, "L0") == 0 || strcmp(level, "L7") == 0;
}

/* The handout has no row that delivers. */
static bool can_compare(void)
{
	for (const struct row *row = registry_rows; row->variant; row++)
		if (row->variant->expect == GETS_MESSAGE)
			return true;
	return false;
}

static json_t *isolation(void)
{
	return json_pack("{s:s, s:[], s:b, s:i, s:s}", "level", "none", "namespaces", "seccomp", 0, "uid",
			 (int)geteuid(), "note", "a table is read, and nothing of the answer is run");
}

/* The paper's part of the record is in `paper`; the keys keep the order of the other levels. */
static json_t *complete(const struct grade_request *r, const json_t *paper, double seconds)
{
	return json_pack("{s:i, s:s, s:s, s:o, s:i, s:O, s:O, s:O, s:O, s:o, s:n, s:f, s:O, s:O, s:s}", "schema",
			 RECORD_SCHEMA, "program", "ipckit " IPCKIT_VERSION, "level", r->level, "submission",
			 grade_own(text_file_name(r->file)), "attempt", r->attempt, "status",
			 json_object_get(paper, "status"), "error", json_object_get(paper, "error"), "score",
			 json_object_get(paper, "score"), "max_score", json_object_get(paper, "max_score"),
			 "isolation", isolation(), "seed", "seconds", seconds, "controls",
			 json_object_get(paper, "controls"), "items", json_object_get(paper, "items"), "output", "");
}

json_t *paper_submission(const struct grade_request *r)
{
	long long start = clock_now();
	bool cards = strcmp(r->level, "L7") == 0;
	json_t *record, *paper = NULL;

	if (!can_compare())
		paper = paper_not_graded(NULL, "this copy of the kit has no rows to compare with: hand the file in");
	else
		paper = cards ? grade_cards(r->file, r->attempt) : grade_predictions(r->file, r->attempt);
	if (!paper)
		paper = paper_not_graded(NULL, "nothing could be measured here");
	record = complete(r, paper, (double)(clock_now() - start) / NS_PER_S);
	json_decref(paper);
	return record;
}

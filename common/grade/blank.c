#include "grade/blank.h"

#include "grade/formats/reading.h"
#include "grade/paper.h"
#include "report/record.h"
#include "report/text.h"
#include "report/words.h"

#include <string.h>

/* Takes over error, score and items. */
static json_t *record_of(const struct blank *b, const char *status, json_t *error, json_t *score, json_t *items)
{
	json_t *name = grade_own(text_file_name(b->path));

	return json_pack("{si, ss, ss, so, si, ss, so, so, si, s{ss, s[], sb, si, ss}, sn, si, s[], so, ss}",
			 "schema", RECORD_SCHEMA, "program", "ipckit " IPCKIT_VERSION, "level", b->level,
			 "submission", name, "attempt", b->attempt, "status", status, "error", error, "score", score,
			 "max_score", 100, "isolation", "level", "none", "namespaces", "seccomp", 0, "uid", 0, "note",
			 "nothing was run", "seed", "seconds", 0, "controls", "items", items, "output", "");
}

json_t *blank_failure(const struct blank *b, const char *why)
{
	return record_of(b, "grader_error", grade_own(text_clean(why, strlen(why))), json_null(), json_array());
}

json_t *blank_nothing(const struct blank *b, const char *why)
{
	json_t *item = paper_item("file", "a file was handed in", PAPER_POINTS, 0, why,
				  "Put the one file into the folder, with its name as it was given out.");

	return record_of(b, "graded", json_null(), json_real(0), json_pack("[o]", item));
}

const char *blank_reason(const json_t *record)
{
	if (grade_graded(record))
		return record_text(json_array_get(json_object_get(record, "items"), 0), "measured");
	return record_text(record, "error");
}

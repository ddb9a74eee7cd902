#include "grade/formats/printers.h"
#include "grade/formats/reading.h"

#include <errno.h>

/* In ASCII, since a terminal takes some of the characters beyond it as commands. */
int grade_json(FILE *page, const json_t *record, const struct look *look)
{
	json_t *copy = json_copy((json_t *)record);
	int bad;

	(void)look;
	if (!grade_graded(record))
		json_object_set_new(copy, "score", json_null()); /* nobody shall read a 0 there */
	bad = json_dumpf(copy, page, JSON_INDENT(1) | JSON_ENSURE_ASCII | GRADE_DUMP);
	json_decref(copy);
	fputc('\n', page);
	return bad ? -ENOMEM : 0;
}

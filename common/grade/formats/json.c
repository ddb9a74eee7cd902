#include "grade/formats/printers.h"
#include "grade/formats/reading.h"

#include <errno.h>

/* In ASCII, since a terminal takes some of the characters beyond it as commands. */
int grade_json(FILE *page, const json_t *record, const struct look *look)
{
	(void)look;
	if (json_dumpf(record, page, JSON_INDENT(1) | JSON_ENSURE_ASCII | GRADE_DUMP) == -1)
		return -ENOMEM;
	fputc('\n', page);
	return 0;
}

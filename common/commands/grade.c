#include "commands.h"

#include "complain.h"
#include "grade/grade.h"
#include "grade/levels.h"
#include "grade/view.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool check(const struct options *o)
{
	if (o->noperands != 1)
		complain("grade: give one file; see 'ipckit grade --help'");
	else if (!level_find(o->level ? o->level : "L1"))
		complain("grade: unknown level '%s': L1 to L6", o->level);
	else if (o->attempt && (strspn(o->attempt, "0123456789") != strlen(o->attempt) || atoi(o->attempt) < 1))
		complain("grade: --attempt wants a number from 1 on, not '%s'", o->attempt);
	else if (o->isolation && strcmp(o->isolation, "limits") != 0 && strcmp(o->isolation, "namespaces") != 0)
		complain("grade: unknown isolation '%s': limits or namespaces", o->isolation);
	else if (access(o->operands[0], R_OK) == -1)
		complain("grade: %s cannot be read", o->operands[0]);
	else
		return true;
	return false;
}

static int grade(const struct options *o)
{
	struct grade_request request = {
		.level = o->level ? o->level : "L1",
		.attempt = o->attempt ? atoi(o->attempt) : 1,
		.limits_only = o->isolation && strcmp(o->isolation, "limits") == 0,
	};
	FILE *out = check(o) ? options_open(o) : NULL;
	json_t *record;
	int status;

	if (!out)
		return EXIT_USAGE;
	request.file = o->operands[0];
	record = grade_submission(&request);
	if (!record) {
		complain("grade: no memory");
		return EXIT_NOTHING_RUN;
	}
	grade_view(out, record, o->format_name ? o->format_name : "table");
	status = grade_exit_status(record);
	json_decref(record);
	return options_close(o, out) ? status : EXIT_SURPRISE;
}

const struct command command_grade = {
	.name = "grade",
	.operands = "FILE",
	.summary = "Grades an answer to the exercise: compiles and runs it in a sandbox, and measures.",
	.takes = TAKES_GRADE | TAKES_OUTPUT,
	.run = grade,
};

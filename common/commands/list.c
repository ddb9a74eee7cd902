#include "commands.h"

#include "select.h"

static int list(const struct options *o)
{
	struct selection s = {0};
	FILE *out = select_rows(&s, o->operands, o->noperands) ? options_open(o) : NULL;

	if (!out) {
		select_free(&s);
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < s.nrows; i++) {
		const struct variant *v = s.rows[i]->variant;
		fprintf(out, "%-20s %-20s %-32s %s\n", v->name, group_name(v->group), v->title, v->man);
	}
	select_free(&s);
	return options_close(o, out) ? EXIT_AS_EXPECTED : EXIT_SURPRISE;
}

const struct command command_list = {
	.name = "list",
	.operands = "[ROW...]",
	.summary = "Lists the rows: name, group, title, and where to read on.",
	.takes = TAKES_OUTPUT,
	.run = list,
};

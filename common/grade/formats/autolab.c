#include "grade/formats/printers.h"
#include "grade/formats/reading.h"
#include "report/words.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The assessment must have a problem of this name, worth max_score. */
static const char problem[] = "ipckit";

enum { TITLE_MAX = 200 };

/*
 * Before it reads the last line, the server puts every `word:` between quotes, inside of strings too. A colon that is
 * spelled \u003a escapes that and is the same text. Outside of strings a quote comes before each colon.
 */
static void put_json(FILE *page, const char *line)
{
	bool inside = false;

	for (const char *c = line; *c; c++) {
		if (*c == '\\' && c[1])
			fputc(*c++, page);
		else if (*c == '"')
			inside = !inside;
		if (inside && *c == ':')
			fputs("\\u003a", page);
		else
			fputc(*c, page);
	}
	fputc('\n', page);
}

/* Frees the value. */
static int put_line(FILE *page, json_t *value)
{
	char *line = value ? json_dumps(value, JSON_ENSURE_ASCII | GRADE_DUMP) : NULL;

	json_decref(value);
	if (!line)
		return -ENOMEM;
	put_json(page, line);
	free(line);
	return 0;
}

static json_t *outcome(const json_t *item)
{
	return grade_passed(item) ? json_pack("{s:b}", "passed", 1)
				  : json_pack("{s:b, s:o}", "passed", 0, "hint", grade_own(grade_remark(item)));
}

/* The object of a stage, which is made when it is met first. */
static json_t *stage(json_t *semantic, const char *name)
{
	json_t *found = json_object_get(semantic, name);

	if (found)
		return found;
	json_array_append_new(json_object_get(semantic, "stages"), json_string(name));
	json_object_set_new(semantic, name, json_object());
	return json_object_get(semantic, name);
}

static json_t *semantic(const json_t *record)
{
	json_t *all = json_pack("{s:s, s:[]}", "_presentation", "semantic", "stages");
	size_t i;
	json_t *item;
	int bad = 0;

	json_array_foreach(json_object_get(record, "items"), i, item) {
		char *title = grade_line(record_text(item, "title"), TITLE_MAX);
		json_t *to = stage(all, record_text(item, "group"));
		bad |= !title || json_object_set_new(to, title, outcome(item)) != 0;
		free(title);
	}
	if (!bad)
		return all;
	json_decref(all);
	return NULL;
}

/* A score of null leaves the problem ungraded; an empty "scores" or none at all would become 0. */
static json_t *result(const json_t *record)
{
	if (!grade_graded(record))
		return json_pack("{s:{s:n}, s:[]}", "scores", problem, "scoreboard");
	return json_pack("{s:{s:f}, s:[f, f]}", "scores", problem, grade_number(record, "score"), "scoreboard",
			 grade_number(record, "score"), grade_number(record, "seconds"));
}

int grade_autolab(FILE *page, const json_t *record, const struct look *look)
{
	const struct look plain = {.width = look->width, .colour = false};
	int bad = grade_table(page, record, &plain);

	if (grade_graded(record))
		bad |= put_line(page, semantic(record));
	bad |= put_line(page, result(record));
	return bad ? -ENOMEM : 0;
}

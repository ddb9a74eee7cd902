#include "grade/findings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void finding_set(struct finding *f, enum finding_status status, const char *cause, const char *text)
{
	f->status = status;
	snprintf(f->cause, sizeof f->cause, "%s", cause);
	snprintf(f->text, sizeof f->text, "%s", text);
}

static enum finding_status status_of(const char *word)
{
	if (strcmp(word, "passed") == 0)
		return FOUND_GOOD;
	return strcmp(word, "failed") == 0 ? FOUND_BAD : FOUND_NOTHING;
}

static void read_line(struct findings *f, char *line)
{
	char *id = strsep(&line, "\t"), *word = strsep(&line, "\t"), *cause = strsep(&line, "\t");
	enum item item;

	if (strcmp(id, "#end") == 0)
		f->ended = true;
	if (strcmp(id, "#kcmp") == 0 && word)
		snprintf(f->kcmp, sizeof f->kcmp, "%s", word);
	if (strcmp(id, "#seed") == 0 && word)
		snprintf(f->seed, sizeof f->seed, "%s", word);
	if (strcmp(id, "#grader") == 0 && word)
		snprintf(f->grader, sizeof f->grader, "%s", word);
	item = item_find(id);
	if (item != ITEMS && word && cause && line)
		finding_set(&f->items[item], status_of(word), cause, line);
}

void findings_read(struct findings *f, const char *report)
{
	char *copy = strdup(report), *rest = copy;

	*f = (struct findings){0};
	while (rest) {
		char *line = strsep(&rest, "\n");
		if (rest) /* what has no end is not whole */
			read_line(f, line);
	}
	free(copy);
}

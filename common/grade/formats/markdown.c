#include "grade/formats/printers.h"
#include "grade/formats/reading.h"
#include "report/escape.h"
#include "report/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Frees the text. */
static int put_own(FILE *page, char *text)
{
	int bad = text ? markdown_put(page, text) : -ENOMEM;

	free(text);
	return bad;
}

static int put_item(FILE *page, const json_t *item)
{
	int bad;

	fputs("| ", page);
	bad = put_own(page, grade_plain(record_text(item, "title")));
	fputs(" | ", page);
	grade_put_number(page, grade_number(item, "score"));
	fputs(" / ", page);
	grade_put_number(page, grade_number(item, "points"));
	fputs(" | ", page);
	bad |= put_own(page, grade_remark(item));
	fputs(" |\n", page);
	return bad;
}

/* A paragraph for each line. */
static int put_summary(FILE *page, const json_t *record)
{
	char *text = grade_summary(record);
	char *rest = text;
	int bad = text ? 0 : -ENOMEM;

	for (char *line = text ? strsep(&rest, "\n") : NULL; line && rest; line = strsep(&rest, "\n")) {
		bad |= markdown_put(page, line);
		fputs(*rest ? "\n\n" : "\n", page);
	}
	free(text);
	return bad;
}

int grade_markdown(FILE *page, const json_t *record, const struct look *look)
{
	size_t i;
	json_t *item;
	int bad;

	(void)look;
	fputs("### ", page);
	bad = markdown_put(page, grade_student(record));
	fputs(", level ", page);
	bad |= markdown_put(page, record_text(record, "level"));
	fputs("\n\n", page);
	if (grade_graded(record)) {
		fputs("| ITEM | SCORE | WHAT WAS SEEN |\n| --- | --- | --- |\n", page);
		json_array_foreach(json_object_get(record, "items"), i, item)
			bad |= put_item(page, item);
		fputc('\n', page);
	}
	return bad | put_summary(page, record) ? -ENOMEM : 0;
}

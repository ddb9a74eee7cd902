#include "grade/formats/printers.h"
#include "grade/formats/reading.h"
#include "report/text.h"
#include "report/words.h"

#include <errno.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

enum { GAP = 2, POINTS_WIDTH = 10, RESULT_WIDTH = 6, NARROWEST = 20, PRINTED_MAX = 2000 };
enum { POINTS, RESULT, ITEM, SEEN, COLUMNS };

/* Where the columns that are wrapped end. */
struct widths {
	size_t item, seen;
};

/* No line takes less than that, however narrow the place is. */
static size_t at_least(size_t width)
{
	return width < NARROWEST ? NARROWEST : width;
}

static struct widths share(size_t width)
{
	size_t rest =
		width > POINTS_WIDTH + RESULT_WIDTH + 3 * GAP ? width - POINTS_WIDTH - RESULT_WIDTH - 3 * GAP : 0;
	size_t item = rest * 2 / 5;

	item = at_least(item);
	return (struct widths){item, rest > item ? at_least(rest - item) : NARROWEST};
}

/* Breaks lines that are longer than `width` at spaces, or where there is none anywhere. */
static void wrap(FILE *out, const char *text, size_t width)
{
	while (strcspn(text, "\n") > width) {
		size_t cut = width;
		while (cut > 0 && text[cut] != ' ')
			cut--;
		fprintf(out, "%.*s\n", (int)(cut ? cut : width), text);
		text += cut ? cut + 1 : width;
	}
	size_t line = strcspn(text, "\n");
	fprintf(out, "%.*s", (int)line, text);
	if (text[line]) {
		fputc('\n', out);
		wrap(out, text + line + 1, width);
	}
}

/* Frees the text, returns it in lines. */
static char *wrapped(char *text, size_t width)
{
	char *lines = NULL;
	size_t size;
	FILE *out = text ? open_memstream(&lines, &size) : NULL;

	if (out)
		wrap(out, text, width);
	free(text);
	return out && fclose(out) == 0 ? lines : NULL;
}

static char *points(const json_t *item)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	grade_put_number(out, grade_number(item, "score"));
	fputc('/', out);
	grade_put_number(out, grade_number(item, "points"));
	return fclose(out) == 0 ? text : NULL;
}

static const struct word {
	const char *status, *word, *colour;
} words[] = {
	{"passed", "ok", "\033[32m"},
	{"failed", "FAILED", "\033[31m"},
	{"partial", "partly", "\033[33m"},
	{"not_checkable", "open", "\033[33m"},
};

static const struct word *word_of(const json_t *item)
{
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(record_text(item, "status"), words[i].status) == 0)
			return &words[i];
	return &words[1];
}

static int set(struct libscols_line *line, size_t column, char *text)
{
	if (text && scols_line_refer_data(line, column, text) == 0)
		return 0;
	free(text);
	return -ENOMEM;
}

static int add_item(struct libscols_table *table, const json_t *item, struct widths w)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	const struct word *word = word_of(item);
	int bad;

	if (!line)
		return -ENOMEM;
	bad = set(line, POINTS, points(item));
	bad |= set(line, RESULT, strdup(word->word));
	bad |= set(line, ITEM, wrapped(grade_plain(record_text(item, "title")), w.item));
	bad |= set(line, SEEN, wrapped(grade_plain_own(grade_remark(item)), w.seen));
	return bad ? bad : scols_cell_set_color(scols_line_get_cell(line, RESULT), word->colour);
}

static int add_column(struct libscols_table *table, const char *name)
{
	struct libscols_column *column = scols_table_new_column(table, name, 0, SCOLS_FL_WRAP);

	if (!column || scols_column_set_safechars(column, "\n\\") != 0)
		return -ENOMEM;
	return scols_column_set_wrapfunc(column, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL);
}

static int fill(struct libscols_table *table, const json_t *record, const struct look *look)
{
	static const char *const names[] = {"POINTS", "RESULT", "ITEM", "WHAT WAS SEEN"};
	int bad = scols_table_enable_colors(table, look->colour);
	size_t i;
	json_t *item;

	bad |= scols_table_set_column_separator(table, "  ");
	bad |= scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS);
	bad |= scols_table_set_termwidth(table, 2 * look->width + 2 * NARROWEST); /* never to be cut */
	for (size_t n = 0; n < COLUMNS; n++)
		bad |= add_column(table, names[n]);
	json_array_foreach(json_object_get(record, "items"), i, item)
		bad |= bad ? bad : add_item(table, item, share(look->width));
	return bad;
}

/* The library pads wrapped lines. */
static void put_stripped(FILE *page, char *text)
{
	for (char *line = strsep(&text, "\n"); line; line = strsep(&text, "\n")) {
		size_t length = strlen(line);
		while (length > 0 && line[length - 1] == ' ')
			length--;
		if (length > 0)
			fprintf(page, "%.*s\n", (int)length, line);
	}
}

static int put_items(FILE *page, const json_t *record, const struct look *look)
{
	struct libscols_table *table = scols_new_table();
	char *text = NULL;
	int bad = table ? fill(table, record, look) : -ENOMEM;

	if (bad == 0)
		bad = scols_print_table_to_string(table, &text);
	if (bad == 0)
		put_stripped(page, text);
	free(text);
	scols_unref_table(table);
	return bad;
}

/* Each line has a bar in front, so that none of them can be taken for one of the grader's. */
static int put_printed(FILE *page, const json_t *record)
{
	char *text = grade_plain_own(grade_lines(record_text(record, "output"), PRINTED_MAX));
	char *rest = text;

	if (!text)
		return -ENOMEM;
	if (text[0])
		fputs("\nWhat the code printed:\n", page);
	while (rest && rest[0])
		fprintf(page, "| %s\n", strsep(&rest, "\n"));
	free(text);
	return 0;
}

static int put_text(FILE *page, char *text, const char *after)
{
	fprintf(page, "%s%s", text ? text : "", after);
	int bad = text ? 0 : -ENOMEM;
	free(text);
	return bad;
}

int grade_table(FILE *page, const json_t *record, const struct look *look)
{
	int bad = put_text(page, grade_plain(grade_student(record)), ", level ");

	bad |= put_text(page, grade_plain(record_text(record, "level")), "\n\n");
	if (grade_graded(record))
		bad |= put_items(page, record, look) | put_printed(page, record);
	fputs(grade_graded(record) ? "\n" : "", page);
	bad |= put_text(page, wrapped(grade_plain_own(grade_summary(record)), at_least(look->width)), "");
	return bad ? -ENOMEM : 0;
}

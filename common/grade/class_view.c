#include "grade/class_view.h"

#include "grade/formats/printers.h"
#include "grade/formats/reading.h"
#include "report/words.h"

#include <errno.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

struct class
{
	const struct ledger *ledger;
	const struct submissions *submissions;
};

static int fill_csv(FILE *out, const void *what)
{
	const struct class *c = what;
	int bad = 0;

	grade_csv_header(out);
	for (size_t i = 0; i < c->submissions->n; i++) {
		json_t *record = ledger_read(c->ledger, c->submissions->list[i].student, NULL);
		if (!record && errno != ENOENT)
			return -errno;
		bad |= record ? grade_csv_rows(out, record) : 0;
		json_decref(record);
	}
	return bad ? -ENOMEM : 0;
}

bool class_write_csv(struct ledger *l, const struct submissions *s)
{
	const struct class c = {l, s};

	return ledger_put(l, "class.csv", fill_csv, &c) == 0;
}

/* An item over the whole class. */
struct tally {
	char *title;
	size_t order, asked, failed, partly, open;
	double points, score;
};

struct tallies {
	struct tally *list;
	size_t n;
};

static struct tally *tally_of(struct tallies *t, const char *title)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->list[i].title, title) == 0)
			return &t->list[i];
	struct tally *list = realloc(t->list, (t->n + 1) * sizeof *list);
	char *copy = list ? strdup(title) : NULL;
	if (list)
		t->list = list;
	if (!copy)
		return NULL;
	list[t->n] = (struct tally){.title = copy, .order = t->n};
	return &list[t->n++];
}

static int count_item(struct tallies *all, const json_t *item)
{
	const char *status = record_text(item, "status");
	struct tally *t = tally_of(all, record_text(item, "title"));

	if (!t)
		return -ENOMEM;
	t->asked++;
	t->failed += strcmp(status, "failed") == 0;
	t->partly += strcmp(status, "partial") == 0;
	t->open += strcmp(status, "not_checkable") == 0;
	t->points += grade_number(item, "points");
	t->score += grade_number(item, "score");
	return 0;
}

static int most_failed_first(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;

	if (x->failed != y->failed)
		return x->failed < y->failed ? 1 : -1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static int add_cell(struct libscols_line *line, size_t column, char *text)
{
	if (text && scols_line_refer_data(line, column, text) == 0)
		return 0;
	free(text);
	return -ENOMEM;
}

static char *number(size_t n)
{
	char *text;

	return asprintf(&text, "%zu", n) == -1 ? NULL : text;
}

static char *percent(double part, double whole)
{
	char *text;

	return asprintf(&text, "%.0f%%", whole > 0 ? 100 * part / whole : 0) == -1 ? NULL : text;
}

static int add_tally(struct libscols_table *table, const struct tally *t)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);

	if (!line)
		return -ENOMEM;
	return add_cell(line, 0, grade_plain(t->title)) | add_cell(line, 1, number(t->failed)) |
	       add_cell(line, 2, number(t->partly)) | add_cell(line, 3, number(t->open)) |
	       add_cell(line, 4, percent(t->score, t->points));
}

static int print_tallies(FILE *out, const struct tallies *t)
{
	static const char *const names[] = {"ITEM", "FAILED", "PARTLY", "OPEN", "POINTS"};
	struct libscols_table *table = scols_new_table();
	char *text = NULL;
	int bad = table ? scols_table_set_column_separator(table, "  ") : -ENOMEM;

	for (size_t i = 0; bad == 0 && i < sizeof names / sizeof names[0]; i++)
		bad = scols_table_new_column(table, names[i], 0, i ? SCOLS_FL_RIGHT : 0) ? 0 : -ENOMEM;
	for (size_t i = 0; bad == 0 && i < t->n; i++)
		bad = add_tally(table, &t->list[i]);
	if (bad == 0)
		bad = scols_print_table_to_string(table, &text);
	if (bad == 0)
		fprintf(out, "%s\n\n", text);
	free(text);
	scols_unref_table(table);
	return bad;
}

/* Names of those who have no grade, a line each. */
static int print_error(FILE *out, const json_t *record)
{
	char *who = grade_plain(grade_student(record)), *why = grade_plain(record_text(record, "error"));

	fprintf(out, "no grade: %s: %s\n", who ? who : "", why ? why : "");
	free(who);
	free(why);
	return 0;
}

static int count_record(const json_t *record, struct tallies *t, struct class_count *count, double *total)
{
	size_t i;
	json_t *item;
	int bad = 0;

	count->graded++;
	*total += grade_number(record, "score");
	json_array_foreach(json_object_get(record, "items"), i, item)
		bad |= count_item(t, item);
	return bad;
}

static void print_end(FILE *out, const struct class_count *count, double total)
{
	fprintf(out, "%zu graded, ", count->graded);
	if (count->refused)
		fprintf(out, "%zu not gradable, ", count->refused);
	fprintf(out, "%zu grader errors", count->errors);
	if (count->graded) {
		fputs("; mean score: ", out);
		grade_put_number(out, total / (double)count->graded);
		fputs(" of 100", out);
	}
	fputc('\n', out);
}

int class_print(FILE *out, const struct ledger *l, const struct submissions *s, struct class_count *count)
{
	struct tallies t = {0};
	double total = 0;
	int bad = 0;

	for (size_t i = 0; i < s->n; i++) {
		json_t *record = ledger_read(l, s->list[i].student, NULL);
		if (record && grade_graded(record)) {
			bad |= count_record(record, &t, count, &total);
		} else if (record) {
			*(s->list[i].path ? &count->errors : &count->refused) += 1;
			print_error(out, record);
		} else {
			bad |= errno != ENOENT;
		}
		json_decref(record);
	}
	if (t.n > 0) {
		qsort(t.list, t.n, sizeof *t.list, most_failed_first);
		bad |= print_tallies(out, &t);
	}
	print_end(out, count, total);
	for (size_t i = 0; i < t.n; i++)
		free(t.list[i].title);
	free(t.list);
	return bad ? -ENOMEM : 0;
}

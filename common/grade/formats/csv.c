#include "grade/formats/printers.h"
#include "grade/formats/reading.h"
#include "report/escape.h"
#include "report/words.h"

#include <errno.h>

void grade_csv_header(FILE *page)
{
	fputs("student,submission,level,attempt,item,group,points,score,status,measured\r\n", page);
}

static int put_start(FILE *page, const json_t *record)
{
	int bad = csv_put(page, grade_student(record));

	fputc(',', page);
	bad |= csv_put(page, record_text(record, "submission"));
	fputc(',', page);
	bad |= csv_put(page, record_text(record, "level"));
	fprintf(page, ",%.0f,", grade_number(record, "attempt"));
	return bad;
}

/* Nothing where there is no figure: an empty field is no zero. */
static void put_figure(FILE *page, const json_t *object, const char *key)
{
	if (json_is_number(json_object_get(object, key)))
		grade_put_number(page, grade_number(object, key));
	fputc(',', page);
}

static int put_item(FILE *page, const json_t *record, const json_t *item)
{
	int bad = put_start(page, record);

	bad |= csv_put(page, record_text(item, "id"));
	fputc(',', page);
	bad |= csv_put(page, record_text(item, "group"));
	fputc(',', page);
	put_figure(page, item, "points");
	put_figure(page, item, "score");
	bad |= csv_put(page, record_text(item, "status"));
	fputc(',', page);
	bad |= csv_put(page, record_text(item, "measured"));
	fputs("\r\n", page);
	return bad;
}

static int put_total(FILE *page, const json_t *record)
{
	int bad = put_start(page, record);

	fputs("total,,", page);
	put_figure(page, record, "max_score");
	if (grade_graded(record))
		put_figure(page, record, "score");
	else
		fputc(',', page);
	bad |= csv_put(page, record_text(record, "status"));
	fputc(',', page);
	bad |= csv_put(page, record_text(record, "error"));
	fputs("\r\n", page);
	return bad;
}

int grade_csv_rows(FILE *page, const json_t *record)
{
	size_t i;
	json_t *item;
	int bad = 0;

	if (grade_graded(record))
		json_array_foreach(json_object_get(record, "items"), i, item)
			bad |= put_item(page, record, item);
	return bad | put_total(page, record) ? -ENOMEM : 0;
}

int grade_csv(FILE *page, const json_t *record, const struct look *look)
{
	(void)look;
	grade_csv_header(page);
	return grade_csv_rows(page, record);
}

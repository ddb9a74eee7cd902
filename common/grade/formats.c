#include "grade/formats.h"

#include "grade/formats/printers.h"
#include "nearest.h"
#include "report/format.h"

#include <errno.h>
#include <string.h>

static const struct {
	const char *name;
	int (*print)(FILE *page, const json_t *record, const struct look *look);
} formats[] = {
	{"table", grade_table},
	{"json", grade_json},
	{"csv", grade_csv},
	{"markdown", grade_markdown},
	{"gradescope", grade_gradescope},
	{"classroom", grade_classroom},
	{"autolab", grade_autolab},
	{"junit", grade_junit},
};

enum { FORMATS = sizeof formats / sizeof formats[0] };

static int find(const char *name)
{
	int i = 0;

	while (i < FORMATS && strcmp(formats[i].name, name) != 0)
		i++;
	return i;
}

bool grade_format_known(const char *name)
{
	return find(name) < FORMATS;
}

const char *grade_format_nearest(const char *name)
{
	const char *names[FORMATS];

	for (int i = 0; i < FORMATS; i++)
		names[i] = formats[i].name;
	return nearest(name, names, FORMATS);
}

char *grade_format_names(void)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (int i = 0; i < FORMATS; i++)
		fprintf(out, "%s%s", i == 0 ? "" : i == FORMATS - 1 ? " or " : ", ", formats[i].name);
	return fclose(out) == 0 ? text : NULL;
}

int grade_print(FILE *out, const json_t *record, const char *format)
{
	int i = find(format);

	return i < FORMATS ? report_print_by(out, record, formats[i].print) : -EINVAL;
}

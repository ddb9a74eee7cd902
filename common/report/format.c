#include "report/format.h"

#include "output.h"
#include "report/csv.h"
#include "report/markdown.h"
#include "report/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* In ASCII, since a terminal takes some of the characters beyond it as commands. */
static int json_print(FILE *out, const json_t *record, const struct look *look)
{
	(void)look;
	if (json_dumpf(record, out, JSON_INDENT(1) | JSON_ENSURE_ASCII) == -1)
		return -ENOMEM;
	fputc('\n', out);
	return 0;
}

static const struct {
	const char *name;
	int (*print)(FILE *out, const json_t *record, const struct look *look);
} formats[] = {
	[FORMAT_TABLE] = {"table", table_print},
	[FORMAT_JSON] = {"json", json_print},
	[FORMAT_CSV] = {"csv", csv_print},
	[FORMAT_MARKDOWN] = {"markdown", markdown_print},
};

bool format_parse(const char *name, enum format *format)
{
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		if (strcmp(name, formats[i].name) == 0) {
			*format = (enum format)i;
			return true;
		}
	}
	return false;
}

/* The only place that writes to out, so the errno of a failed write is not lost on the way. */
static int write_out(FILE *out, const char *text, size_t size)
{
	errno = 0;
	fwrite(text, 1, size, out);
	return output_arrived(out);
}

int report_print_by(FILE *out, const json_t *record,
		    int (*print)(FILE *page, const json_t *record, const struct look *look))
{
	struct look look = look_of(out);
	char *text = NULL;
	size_t size;
	FILE *page = open_memstream(&text, &size);
	int result;

	if (!page)
		return -errno;
	result = print(page, record, &look);
	if (fclose(page) != 0 && result == 0)
		result = -ENOMEM;
	if (result == 0)
		result = write_out(out, text, size);
	free(text);
	return result;
}

int report_print(FILE *out, const json_t *record, enum format format)
{
	return report_print_by(out, record, formats[format].print);
}

#include "report/listing.h"

#include "report/escape.h"
#include "report/words.h"

/* The names of the members where there is no object. */
static int put_line(FILE *out, const json_t *object, const char *const *members, bool csv)
{
	int bad = 0;

	fputs(csv ? "" : "|", out);
	for (size_t i = 0; members[i]; i++) {
		const char *text = object ? record_text(object, members[i]) : members[i];
		fputs(csv ? (i ? "," : "") : " ", out);
		bad |= csv ? csv_put(out, text) : markdown_put(out, text);
		fputs(csv ? "" : " |", out);
	}
	fputs(csv ? "\r\n" : "\n", out);
	return bad;
}

int listing_print(FILE *out, const json_t *objects, const char *const *members, enum format format)
{
	bool csv = format == FORMAT_CSV;
	int bad = put_line(out, NULL, members, csv);

	for (size_t i = 0; !csv && members[i]; i++)
		fprintf(out, "%s --- |%s", i ? "" : "|", members[i + 1] ? "" : "\n");
	for (size_t i = 0; i < json_array_size(objects); i++)
		bad |= put_line(out, json_array_get(objects, i), members, csv);
	return bad;
}

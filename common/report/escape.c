#include "report/escape.h"

#include "report/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int csv_put(FILE *out, const char *s)
{
	char *text = text_shown(s);

	if (!text)
		return -ENOMEM;
	bool formula = text[0] && strchr("=+-@", text[0]);
	bool quote = strpbrk(text, "\",") || text[0] == ' ' || (text[0] && text[strlen(text) - 1] == ' ');
	fputs(quote ? "\"" : "", out);
	fputs(formula ? "'" : "", out);
	for (const char *c = text; *c; c++)
		fprintf(out, "%s%c", *c == '"' ? "\"" : "", *c);
	fputs(quote ? "\"" : "", out);
	free(text);
	return 0;
}

/* An underscore inside a word means nothing: shm_open stays readable in the source. */
static bool special(const char *text, size_t i)
{
	if (text[i] == '_')
		return i == 0 || !isalnum((unsigned char)text[i - 1]) || !isalnum((unsigned char)text[i + 1]);
	return strchr("\\`*[]~|#$", text[i]);
}

static void put_escaped(FILE *out, const char *text)
{
	for (size_t i = 0; text[i]; i++) {
		if (text[i] == '<')
			fputs("&lt;", out);
		else if (text[i] == '>')
			fputs("&gt;", out);
		else if (text[i] == '&')
			fputs("&amp;", out);
		else
			fprintf(out, "%s%c", special(text, i) ? "\\" : "", text[i]);
	}
}

int markdown_put(FILE *out, const char *s)
{
	char *line = strdup(s);
	char *text;

	text_one_line(line);
	text = line ? text_printed(text_put_ascii, line) : NULL;
	free(line);
	if (!text)
		return -ENOMEM;
	put_escaped(out, text);
	free(text);
	return 0;
}

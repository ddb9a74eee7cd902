#include "report/escape.h"

#include "report/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A spreadsheet whose separator is a semicolon begins a cell behind each one of the text, whatever quotes are there. */
static bool begins_formula(const char *text, size_t i)
{
	size_t begin = i;

	if (!strchr("=+-@", text[i]))
		return false;
	while (begin > 0 && text[begin - 1] == '"')
		begin--;
	return i == 0 || (begin > 0 && text[begin - 1] == ';');
}

int csv_put(FILE *out, const char *s)
{
	char *text = text_shown(s);

	if (!text)
		return -ENOMEM;
	bool quote = strpbrk(text, "\",") || text[0] == ' ' || (text[0] && text[strlen(text) - 1] == ' ');
	fputs(quote ? "\"" : "", out);
	for (size_t i = 0; text[i]; i++)
		fprintf(out, "%s%s%c", begins_formula(text, i) ? "'" : "", text[i] == '"' ? "\"" : "", text[i]);
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

/*
 * What is written for a character; NULL: itself. GitHub looks for addresses before entities are characters again, for names
 * behind an @ afterwards: there a space without a width comes between.
 */
static const char *entity(const char *text, size_t i)
{
	switch (text[i]) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '@':
		return isalnum((unsigned char)text[i + 1]) ? "@&#8203;" : NULL;
	case '/':
		return i > 0 && text[i - 1] == ':' && text[i + 1] == '/' ? "&#47;" : NULL;
	case '.':
		return i > 2 && strncmp(text + i - 3, "www", 3) == 0 ? "&#46;" : NULL;
	default:
		return NULL;
	}
}

static void put_escaped(FILE *out, const char *text)
{
	for (size_t i = 0; text[i]; i++) {
		const char *instead = entity(text, i);
		if (instead)
			fputs(instead, out);
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
